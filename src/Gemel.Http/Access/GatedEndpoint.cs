using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Access;

/// <summary>Marks the endpoints of this door in the routes of an application that has others besides.</summary>
internal sealed class GatedEndpoint
{
    public static readonly GatedEndpoint Instance = new();

    private GatedEndpoint()
    {
    }

    public static bool IsOurs(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<GatedEndpoint>() is not null;

    /// <summary>True for an endpoint of somebody else that asks for a role of ours.</summary>
    public static bool AsksForOurRole(Endpoint? endpoint) => AccessRule.Of(endpoint) is not null && !IsOurs(endpoint);
}
