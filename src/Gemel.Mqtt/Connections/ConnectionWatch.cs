using System.Collections.Concurrent;
using Gemel.Cluster;

namespace Gemel.Mqtt.Connections;

/// <summary>All open connections, and one timer for all their deadlines: ten thousand silent sockets cost ten thousand
/// comparisons a second and no timer of their own.</summary>
internal sealed class ConnectionWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<IngestChannelAdapter, byte> _connections = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private readonly IInstance _instance;
    private readonly ITimer _timer;
    private int _isChecking;
    private int _count;
    private volatile bool _isClosed;

    public ConnectionWatch(IInstance instance, TimeProvider clock)
    {
        _instance = instance;
        _timer = clock.CreateTimer(_ => Check(), null, Interval, Interval);
    }

    public IEnumerable<IngestChannelAdapter> Connections => _connections.Keys;

    /// <summary>Lets nobody in any more.</summary>
    public void Close() => _isClosed = true;

    /// <summary>False where there are already as many as there may be, or the door is closed.</summary>
    public bool TryEnter(int limit)
    {
        if (Interlocked.Increment(ref _count) <= limit && !_isClosed)
        {
            return true;
        }
        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Add(IngestChannelAdapter connection)
    {
        _connections.TryAdd(connection, 0);
        if (_isClosed)
        {
            connection.RequestClose(Protocol.ReasonCode.ServerShuttingDown, EndReasons.ServerStopping);
        }
        Announce();
    }

    public void Leave(IngestChannelAdapter connection)
    {
        _connections.TryRemove(connection, out _);
        Interlocked.Decrement(ref _count);
        Announce();
    }

    /// <summary>Ends when exactly so many connections are open.</summary>
    public Task ReachedAsync(int count)
    {
        lock (_waiters)
        {
            if (_connections.Count == count)
            {
                return Task.CompletedTask;
            }
            TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Announce()
    {
        lock (_waiters)
        {
            if (_waiters.Count > 0)
            {
                int count = _connections.Count;
                _waiters.Where(waiter => waiter.Count == count).ToList().ForEach(waiter => waiter.Reached.SetResult());
                _waiters.RemoveAll(waiter => waiter.Count == count);
            }
        }
    }

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
