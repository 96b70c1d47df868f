using System.Collections.Concurrent;
using Gemel.Cluster;

namespace Gemel.Mqtt.Connections;

/// <summary>All open connections, and one timer for all their deadlines: ten thousand silent sockets cost ten thousand
/// comparisons a second and no timer of their own.</summary>
internal sealed class ConnectionWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<IngestChannelAdapter, byte> _connections = new();
    private readonly IInstance _instance;
    private readonly ITimer _timer;
    private int _isChecking;
    private int _count;

    public ConnectionWatch(IInstance instance, TimeProvider clock)
    {
        _instance = instance;
        _timer = clock.CreateTimer(_ => Check(), null, Interval, Interval);
    }

    public IEnumerable<IngestChannelAdapter> Connections => _connections.Keys;

    /// <summary>False where there are already as many as there may be.</summary>
    public bool TryEnter(int limit)
    {
        if (Interlocked.Increment(ref _count) <= limit)
        {
            return true;
        }
        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Add(IngestChannelAdapter connection) => _connections.TryAdd(connection, 0);

    public void Leave(IngestChannelAdapter connection)
    {
        _connections.TryRemove(connection, out _);
        Interlocked.Decrement(ref _count);
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        if (Interlocked.Exchange(ref _isChecking, 1) != 0)
        {
            return;   // the round before is not over yet
        }
        Catalog catalog = _instance.Catalog;
        foreach (IngestChannelAdapter connection in _connections.Keys)
        {
            connection.Check(catalog);
        }
        Volatile.Write(ref _isChecking, 0);
    }
}
