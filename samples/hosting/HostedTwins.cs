using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Server.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Gemel.Samples.Hosting;

/// <summary>An ASP.NET Core application with a path of its own, and twins in the same process.</summary>
public static class HostedTwins
{
    public static WebApplication Build(string[] arguments)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(arguments);
        builder.AddGemel();   // settings: section "Gemel" of the configuration

        WebApplication app = builder.Build();
        app.MapGet("/", () => "The pump house");   // the application's own: no key of Gemel's is asked for
        app.MapGet("/devices/count", (IInstance twins) => twins.Catalog.Devices.Count).ForReaders();   // its own, with a key of Gemel's
        app.MapGemel();   // Gemel's paths, with Gemel's permissions
        return app;
    }
}
