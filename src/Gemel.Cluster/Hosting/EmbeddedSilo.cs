using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Gemel.Cluster;

/// <summary>Runs one silo within the process, without any network port.</summary>
internal static class EmbeddedSilo
{
    // Orleans wants a silo to have an address, for the names of its grains; nothing listens there.
    private const int NominalPort = 11111;

    public static void Add(IHostApplicationBuilder builder)
    {
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: NominalPort, gatewayPort: 0);
            silo.Configure<EndpointOptions>(options => options.GatewayPort = 0);
            CloseNetwork(silo.Services);
        });
    }

    private static void CloseNetwork(IServiceCollection services)
    {
        foreach (ServiceDescriptor listener in services.Where(s => s.IsKeyedService && s.ServiceType == typeof(IConnectionListenerFactory)).ToArray())
        {
            services.Remove(listener);
            services.Add(new ServiceDescriptor(typeof(IConnectionListenerFactory), listener.ServiceKey, (_, _) => new NoNetwork(), ServiceLifetime.Singleton));
        }
    }
}
