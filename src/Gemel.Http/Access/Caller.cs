using Gemel.Cluster;
using Gemel.Graph;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gemel.Http.Access;

/// <summary>Who sent a request that has passed the gate.</summary>
internal static class Caller
{
    private const string Origin = "http";

    public static void Set(HttpContext context, Identity identity) => context.Features.Set(identity);

    public static Identity Of(HttpContext context) => context.Features.GetRequiredFeature<Identity>();

    /// <summary>For the journal: who, and by which door.</summary>
    public static Actor ActorOf(HttpContext context) => new(Of(context).Name, Origin);
}
