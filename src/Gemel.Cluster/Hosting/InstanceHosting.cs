using Gemel.Journal;
using Gemel.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>Adds an instance to a host.</summary>
public static class InstanceHosting
{
    /// <summary>Runs the instance of a data folder in this host: <see cref="IInstance"/> becomes a service of it.</summary>
    /// <param name="folder">Opened, and owned by the caller; disposed after the host.</param>
    public static void AddGemelInstance(this IHostApplicationBuilder builder, DataFolder folder, AccessKeys keys, InstanceOptions options)
    {
        EmbeddedSilo.Add(builder);
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ShardHost>();
        services.AddSingleton<InstanceStart>();
        services.AddSingleton(provider => new Instance(
            options, folder, keys,
            provider.GetRequiredService<ShardHost>(),
            provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<Instance>()));
        services.AddSingleton<IInstance>(provider => provider.GetRequiredService<Instance>());
        // After the silo, so that it stops before: the last commits still need the grains.
        services.AddHostedService<InstanceService>();
    }
}
