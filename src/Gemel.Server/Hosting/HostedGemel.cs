using System.Net;
using Gemel.Cluster;
using Gemel.Server.Serving;
using Microsoft.Extensions.DependencyInjection;

namespace Gemel.Server.Hosting;

/// <summary>The server within an application: its keys, its own listeners, and when it takes work.</summary>
public sealed class HostedGemel : IDisposable
{
    private readonly IServiceProvider _services;

    internal HostedGemel(ServerParts parts, ServeOptions options, IServiceProvider services) => (Parts, Options, _services) = (parts, options, services);

    /// <summary>The data folder, as a full path.</summary>
    public string Data => Parts.Folder.Root;

    /// <summary>May everything; also in the file <c>admin.key</c> of the data folder.</summary>
    public string AdministratorKey => Parts.Keys.Administrator.Value;

    /// <summary>Where MQTT listens, with the port really taken; null where it has no listener of its own. To be asked once the application has started.</summary>
    public IPEndPoint? MqttAddress => Parts.Doors.Mqtt?.IPEndPoint;

    /// <summary>Where HTTP listens beside the application's own addresses; null for nowhere. To be asked once the application has started.</summary>
    public IPEndPoint? HttpAddress => Parts.Doors.Http?.IPEndPoint;

    internal ServerParts Parts { get; }

    internal ServeOptions Options { get; }

    /// <summary>Ends when recovery is over and the instance takes work; the application has to have started.</summary>
    /// <exception cref="GemelException">The instance could not start.</exception>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken = default) =>
        _services.GetRequiredService<InstanceStart>().Completion.WaitAsync(cancellationToken);

    public void Dispose() => Parts.Dispose();
}
