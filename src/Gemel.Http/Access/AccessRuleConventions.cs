using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Gemel.Http.Access;

/// <summary>Says who may call an endpoint: by a key of the role, or of one that may more.</summary>
public static class AccessRuleConventions
{
    public static IEndpointConventionBuilder ForReaders(this IEndpointConventionBuilder endpoint) => endpoint.WithMetadata(AccessRule.Read);

    public static IEndpointConventionBuilder ForWriters(this IEndpointConventionBuilder endpoint) => endpoint.WithMetadata(AccessRule.Write);

    public static IEndpointConventionBuilder ForAdministrators(this IEndpointConventionBuilder endpoint) => endpoint.WithMetadata(AccessRule.Administer);

    internal static IEndpointConventionBuilder ForOwnDevice(this IEndpointConventionBuilder endpoint) => endpoint.WithMetadata(AccessRule.OwnDevice);

    /// <summary>Needs no credential: health, and files that hold no data.</summary>
    internal static IEndpointConventionBuilder Open(this IEndpointConventionBuilder endpoint) => endpoint.WithMetadata(new AllowAnonymousAttribute());
}
