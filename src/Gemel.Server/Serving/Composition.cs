using Gemel.Cluster;
using Gemel.Http;
using Gemel.Mqtt;
using Gemel.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gemel.Server.Serving;

/// <summary>Instance and doors in a web application: the one that <c>gemel serve</c> makes, or one that hosts them beside its own.</summary>
internal static class Composition
{
    /// <param name="settings">Holds the sections <c>Http</c> and <c>Mqtt</c>.</param>
    public static void Add(WebApplicationBuilder builder, ServeOptions options, IConfiguration settings, ServerParts parts)
    {
        // A line of a request ends with CR LF alone (RFC 9112, 2.2 allows less): a proxy in front may see another line than we do.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        builder.AddGemelInstance(parts.Folder, parts.Keys, options.Instance);
        builder.Services.AddOptions<GemelHttpOptions>().Bind(settings.GetSection(GemelHttpOptions.Section));
        builder.Services.AddGemelHttp(http => http.PublicUrl = options.PublicUrl);
        builder.Services.AddGemelMqtt();
        builder.Services.AddOptions<MqttOptions>().Bind(settings.GetSection("Mqtt"));
        Observability.Add(builder);
        builder.WebHost.ConfigureKestrel(kestrel => parts.Doors.Listen(kestrel, options, parts.Certificates));
        if (parts.Certificates is { } certificates)
        {
            builder.Services.AddSingleton<ICertificates>(_ => certificates);
            builder.Services.AddSingleton<IClientCertificates>(_ => certificates);
        }
    }

    /// <returns>Where it all was mapped; closed by the gate alone, which goes before.</returns>
    public static IEndpointRouteBuilder Map(WebApplication app)
    {
        IEndpointRouteBuilder routes = app.MapGemelHttp();
        routes.MapGemelMqtt().AllowAnonymous();
        Observability.Map(routes);
        return routes;
    }
}
