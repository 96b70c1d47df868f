using Gemel.Http.Access;
using Gemel.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gemel.Http.AzureDigitalTwins;

/// <summary>Parts of Azure's data plane that this server does not have: said plainly with 501, rather than as an unknown path.</summary>
internal static class NotOfferedEndpoints
{
    private static readonly GemelError EventRoutes = HttpErrors.NotOffered.With("event routes", "Follow changes at /api/v1/streams/changes or over MQTT.");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("/eventroutes/{**rest}", context => Refuse(context, EventRoutes)).ForReaders();
    }

    private static Task Refuse(HttpContext context, GemelError error)
    {
        ApiVersion.Of(context.Request);
        throw new GemelException(error);
    }
}
