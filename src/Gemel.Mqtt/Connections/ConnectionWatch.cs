using System.Collections.Concurrent;
using Gemel.Cluster;
using Microsoft.Extensions.Logging;

namespace Gemel.Mqtt.Connections;

/// <summary>All open connections, and one timer for all their deadlines: ten thousand silent sockets cost ten thousand
/// comparisons a second and no timer of their own.</summary>
internal sealed class ConnectionWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<IngestChannelAdapter, byte> _connections = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private readonly IInstance _instance;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private int _isChecking;
    private int _count;
    private volatile bool _isClosed;

    public ConnectionWatch(IInstance instance, TimeProvider clock, ILogger<ConnectionWatch> log)
    {
        (_instance, _log) = (instance, log);
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

    /// <param name="connection">Null for one that entered and was never added.</param>
    public void Leave(IngestChannelAdapter? connection)
    {
        if (connection is not null)
        {
            _connections.TryRemove(connection, out _);
        }
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
        try
        {
            Catalog catalog = _instance.Catalog;
            foreach (IngestChannelAdapter connection in _connections.Keys)
            {
                Check(connection, catalog);
            }
        }
        finally
        {
            Volatile.Write(ref _isChecking, 0);
        }
    }

    /// <summary>One connection's error is logged and stays its own: out of the timer's callback it would end the process.</summary>
    private void Check(IngestChannelAdapter connection, Catalog catalog)
    {
        try
        {
            connection.Check(catalog);
        }
        catch (Exception failure)
        {
            MqttLog.CheckBroken(_log, connection.RemoteEndPoint, failure);
        }
    }
}
