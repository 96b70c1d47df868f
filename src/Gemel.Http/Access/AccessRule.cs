using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Access;

/// <summary>Who may call an endpoint. One without a rule is the administrator's: closed by default.</summary>
internal sealed class AccessRule
{
    /// <summary>An administrator, or the device whose id is the route parameter <c>deviceId</c>.</summary>
    public static readonly AccessRule OwnDevice = new();

    /// <summary>An administrator, or who holds the key for metrics.</summary>
    public static readonly AccessRule Metrics = new();

    private AccessRule()
    {
    }

    public static AccessRule? Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<AccessRule>();
}

internal static class AccessRuleConventions
{
    public static IEndpointConventionBuilder ForOwnDevice(this IEndpointConventionBuilder endpoint) => endpoint.WithMetadata(AccessRule.OwnDevice);

    /// <summary>Needs no credential: health, and files that hold no data.</summary>
    public static IEndpointConventionBuilder Open(this IEndpointConventionBuilder endpoint) => endpoint.WithMetadata(new AllowAnonymousAttribute());
}
