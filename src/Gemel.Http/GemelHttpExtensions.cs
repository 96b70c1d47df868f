using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.AzureDigitalTwins;
using Gemel.Http.BrokenRequests;
using Gemel.Http.Documentation;
using Gemel.Http.Health;
using Gemel.Http.Native;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Gemel.Http.Streams;
using Gemel.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gemel.Http;

/// <summary>Puts the HTTP door into a web application: <see cref="AddGemelHttp"/>, <see cref="UseGemelHttp"/>, <see cref="MapGemelHttp"/>.</summary>
public static class GemelHttpExtensions
{
    // An id of 2,000 characters, percent-encoded, is refused with a reason rather than by the web server with none.
    internal const int MaxRequestLineBytes = 64 * 1024;
    internal const int MaxHeaderBytes = 32 * 1024;
    internal const int MaxHeaders = 100;

    private const string StreamsPath = "/api/v1/streams";

    /// <summary>Adds what the door needs. An <see cref="IInstance"/> must be registered besides.</summary>
    public static IServiceCollection AddGemelHttp(this IServiceCollection services, Action<GemelHttpOptions>? configure = null)
    {
        OptionsBuilder<GemelHttpOptions> options = services.AddOptions<GemelHttpOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }
        services.AddSingleton<IValidateOptions<GemelHttpOptions>, GemelHttpOptionsValidator>();
        services.AddSingleton(s => s.GetRequiredService<IOptions<GemelHttpOptions>>().Value);
        services.AddSingleton<ConnectionLimit>();
        services.AddOptions<KestrelServerOptions>().Configure<GemelHttpOptions>((server, limits) =>
        {
            server.Limits.RequestHeadersTimeout = limits.HeadTimeout;
            server.AddServerHeader = false;
            server.Limits.MaxRequestLineSize = MaxRequestLineBytes;
            server.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            server.Limits.MaxRequestHeaderCount = MaxHeaders;
        });
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<HttpMetrics>();
        services.TryAddSingleton<GuessBrake>();
        services.AddSingleton<CredentialCheck>();
        services.AddSingleton<FailureReply>();
        services.AddSingleton<Paging>();
        services.AddSingleton(s => new DocumentEndpoints(s.GetRequiredKeyedService<IOpenApiDocumentProvider>(DocumentEndpoints.DocumentName)));
        services.AddOpenApi(DocumentEndpoints.DocumentName, document => document.AddDocumentTransformer<DocumentBuilder>());
        return services;
    }

    /// <summary>Makes an endpoint of Kestrel answer requests that it cannot read in the error shape of all others. Call it on the HTTP endpoints, after <c>UseHttps</c>.</summary>
    public static ListenOptions UseGemelErrors(this ListenOptions endpoint)
    {
        endpoint.Use(next => connection => BrokenRequestOutput.RunAsync(connection, next));
        endpoint.Use(next => connection => endpoint.ApplicationServices.GetRequiredService<ConnectionLimit>().RunAsync(connection, next));
        return endpoint;
    }

    /// <summary>Adds paths as sent, routing, WebSockets for streams, and the gate every request passes. Call it once, before
    /// <see cref="MapGemelHttp"/>; files that need no credential go before it, or carry <c>AllowAnonymous</c>.</summary>
    public static IApplicationBuilder UseGemelHttp(this IApplicationBuilder app)
    {
        app.Use(next => context =>
        {
            RequestTarget.UseUndecodedPath(context);
            return next(context);
        });
        app.UseWhen(context => context.Request.Path.StartsWithSegments(StreamsPath), branch => branch.UseWebSockets());
        app.UseRouting();
        return app.UseMiddleware<HttpGate>();
    }

    /// <summary>As <see cref="UseGemelHttp"/>, in an application that has paths of its own: whatever is not of <see cref="MapGemelHttp"/> and asks for no
    /// role of ours passes untouched.</summary>
    /// <param name="routes">What <see cref="MapGemelHttp"/> returned, with all that was mapped there besides.</param>
    public static IApplicationBuilder UseGemelHttpBesideOthers(this IApplicationBuilder app, IEndpointRouteBuilder routes)
    {
        app.UseWhen(context => GatedEndpoint.IsOurs(context.GetEndpoint()), branch => UseBranch(branch, routes));
        return app.UseWhen(context => GatedEndpoint.AsksForOurRole(context.GetEndpoint()), branch => branch.UseMiddleware<HttpGate>());
    }

    /// <summary>Maps every path of the door.</summary>
    /// <returns>Where more paths that are to pass the gate are mapped.</returns>
    public static IEndpointRouteBuilder MapGemelHttp(this IEndpointRouteBuilder application)
    {
        RouteGroupBuilder routes = application.MapGroup("").WithMetadata(GatedEndpoint.Instance);
        IServiceProvider services = application.ServiceProvider;
        Create<ModelEndpoints>(services).Map(routes);
        Create<TwinEndpoints>(services).Map(routes);
        Create<ComponentEndpoints>(services).Map(routes);
        Create<RelationshipEndpoints>(services).Map(routes);
        Create<TelemetryEndpoints>(services).Map(routes);
        Create<QueryEndpoint>(services).Map(routes);
        Create<ImportJobEndpoints>(services).Map(routes);
        Create<DeletionJobEndpoints>(services).Map(routes);
        NotOfferedEndpoints.Map(routes);
        Create<DeviceEndpoints>(services).Map(routes);
        Create<KeyEndpoints>(services).Map(routes);
        Create<DeviceDataEndpoint>(services).Map(routes);
        Create<MappingEndpoints>(services).Map(routes);
        Create<RejectionsEndpoint>(services).Map(routes);
        Create<TwinListEndpoints>(services).Map(routes);
        Create<HistoryEndpoint>(services).Map(routes);
        Create<TransferEndpoints>(services).Map(routes);
        Create<ModelCheckEndpoint>(services).Map(routes);
        Create<StatusEndpoint>(services).Map(routes);
        Create<ChangeStreamEndpoint>(services).Map(routes);
        Create<BackupEndpoints>(services).Map(routes);
        Create<HealthEndpoints>(services).Map(routes);
        services.GetRequiredService<DocumentEndpoints>().Map(routes);
        return routes;
    }

    /// <summary>Opens an endpoint to the key for metrics, beside the administrator's.</summary>
    public static IEndpointConventionBuilder ForMetricsKey(this IEndpointConventionBuilder endpoint) => endpoint.WithMetadata(AccessRule.Metrics);

    // Routes again, among our paths alone: the application did by the decoded path, which may be that of another twin.
    private static void UseBranch(IApplicationBuilder branch, IEndpointRouteBuilder routes)
    {
        branch.Use(next => context =>
        {
            context.SetEndpoint(null);
            context.Request.RouteValues = [];
            return next(context);
        });
        branch.UseGemelHttp();
        branch.UseWebSockets();
        branch.UseEndpoints(ours =>
        {
            foreach (EndpointDataSource source in routes.DataSources)
            {
                ours.DataSources.Add(source);
            }
        });
    }

    private static T Create<T>(IServiceProvider services) => ActivatorUtilities.CreateInstance<T>(services);
}
