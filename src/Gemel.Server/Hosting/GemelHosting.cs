using Gemel.Http;
using Gemel.Server.Serving;
using Gemel.Server.Serving.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gemel.Server.Hosting;

/// <summary>A whole server within another ASP.NET Core application: <see cref="AddGemel"/> before it is built, <see cref="MapGemel"/> after.</summary>
public static class GemelHosting
{
    /// <summary>Section of the application's configuration that holds the server's settings, named as in a file for <c>gemel serve --config</c>.</summary>
    public const string Section = "Gemel";

    /// <summary>Opens the data folder and adds instance and doors; they start and stop with the application.</summary>
    /// <param name="settings">Set on top of the configuration's: <c>("Data", "./twins"), ("Mqtt", "127.0.0.1:1883")</c>.</param>
    /// <remarks>
    /// HTTP is served wherever the application listens, and at <c>Http</c> and <c>Https</c> where these are set; MQTT at <c>Mqtt</c> and <c>Mqtts</c>, and over
    /// WebSocket at <c>/mqtt</c>. The rule that only loopback is open without TLS holds for the server's own listeners; the application's are its own affair.
    /// As with every listener that is set by code, one of ours makes the web server ignore <c>urls</c>: the application then names its own with
    /// <c>ConfigureKestrel</c> or in <c>Kestrel:Endpoints</c>. Services: <see cref="HostedGemel"/>, and <see cref="Cluster.IInstance"/> for twins in this process.
    /// </remarks>
    /// <exception cref="GemelException">A setting breaks a rule, the folder cannot be used (GMJ0xx, GMS0xx), or an address is taken (GMX030).</exception>
    public static WebApplicationBuilder AddGemel(this WebApplicationBuilder builder, params ReadOnlySpan<(string Name, string Value)> settings)
    {
        ConfigurationBuilder given = new();
        given.AddConfiguration(builder.Configuration.GetSection(Section));
        given.AddInMemoryCollection(settings.ToArray().Select(setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value)));
        IConfigurationRoot all = given.Build();
        ServeOptions options = ServeOptions.ReadHosted(all).Value;
        ServerParts parts = ServerParts.Open(options, TimeProvider.System, GemelServer.Version);
        try
        {
            Composition.Add(builder, options, all, parts);
            // Made by the container, so that it is disposed of with it; first of all (see MapGemel), so that it goes last.
            builder.Services.AddSingleton(services => new HostedGemel(parts, options, services));
        }
        catch
        {
            parts.Dispose();
            throw;
        }
        return builder;
    }

    /// <summary>Maps the server's paths, each of which asks for its credential as ever. The application's own are let through untouched, unless they ask for
    /// a role of the server's (<see cref="Gemel.Http.Access.AccessRuleConventions.ForReaders"/>).</summary>
    public static WebApplication MapGemel(this WebApplication app)
    {
        HostedGemel hosted = app.Services.GetRequiredService<HostedGemel>();
        hosted.Parts.Certificates?.Start(app.Services.GetRequiredService<ILogger<TlsCertificates>>());
        TrustedProxies.Use(app, hosted.Options.Proxies);
        app.UseGemelHttpBesideOthers(Composition.Map(app));
        return app;
    }
}
