using Gemel.Cluster;
using Gemel.Mqtt.Connections;
using Gemel.Mqtt.Outputs;
using Gemel.Mqtt.Sessions;
using Gemel.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MQTTnet.AspNetCore;

namespace Gemel.Mqtt;

/// <summary>The device door's front door.</summary>
public static class GemelMqttExtensions
{
    /// <summary>Adds the MQTT door; it needs an <see cref="IInstance"/> among the services.</summary>
    public static IServiceCollection AddGemelMqtt(this IServiceCollection services, Action<MqttOptions>? configure = null)
    {
        services.AddOptions<MqttOptions>().ValidateOnStart();
        if (configure is not null)
        {
            services.Configure(configure);
        }
        services.AddSingleton<IValidateOptions<MqttOptions>, MqttOptionsValidator>();
        services.AddMetrics();
        services.AddConnections();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITwinStates, TwinStates>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<MqttOptions>>().Value);
        services.AddSingleton<MqttMetrics>();
        services.AddSingleton<OutputHub>();
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<SubscriptionDesk>();
        services.TryAddSingleton<GuessBrake>();
        services.AddSingleton<Admission>();
        services.AddSingleton<ConnectionWatch>();
        services.AddSingleton<HalfOpenLimit>();
        services.AddSingleton(CreateServices);
        services.AddSingleton<MqttDoor>();
        services.AddHostedService<MqttServerHost>();
        return services;
    }

    /// <summary>Makes an endpoint of Kestrel speak MQTT; call <c>UseHttps</c> on it before for TLS.</summary>
    public static ListenOptions UseGemelMqtt(this ListenOptions endpoint)
    {
        endpoint.Run(connection => ServeAsync(endpoint.ApplicationServices, connection));
        return endpoint;
    }

    /// <summary>Takes MQTT over WebSocket at the path. Clients show their credentials in CONNECT, so the path itself takes anybody.</summary>
    public static ConnectionEndpointRouteBuilder MapGemelMqtt(this IEndpointRouteBuilder endpoints, string path = "/mqtt")
    {
        ConnectionEndpointRouteBuilder mapped = endpoints.MapConnections(
            path,
            new HttpConnectionDispatcherOptions
            {
                Transports = HttpTransportType.WebSockets,
                WebSockets = { SubProtocolSelector = MqttSubProtocolSelector.SelectSubProtocol },
            },
            builder => builder.Run(connection => ServeAsync(endpoints.ServiceProvider, connection)));
        mapped.Add(RefuseNegotiation);
        return mapped;
    }

    // SignalR's way to open a connection comes along with the path: each request to it would keep a connection in memory, for anybody.
    private static void RefuseNegotiation(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<NegotiateMetadata>().Any())
        {
            endpoint.RequestDelegate = context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            };
        }
    }

    // Endpoints are described before the instance exists, so the door is looked up when somebody knocks.
    private static Task ServeAsync(IServiceProvider services, ConnectionContext connection) =>
        services.GetRequiredService<MqttDoor>().OnConnectedAsync(connection);

    private static DoorServices CreateServices(IServiceProvider provider) => new(
        provider.GetRequiredService<IInstance>(),
        provider.GetRequiredService<MqttOptions>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<MqttMetrics>(),
        provider.GetRequiredService<ILoggerFactory>().CreateLogger("Gemel.Mqtt"),
        provider.GetRequiredService<SessionRegistry>(),
        provider.GetRequiredService<OutputHub>(),
        provider.GetRequiredService<ITwinStates>(),
        provider.GetRequiredService<SubscriptionDesk>(),
        provider.GetRequiredService<Admission>())
    {
        Certificates = provider.GetService<IClientCertificates>(),
    };
}
