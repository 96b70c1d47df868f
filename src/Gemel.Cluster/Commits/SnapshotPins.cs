namespace Gemel.Cluster;

/// <summary>Commits that somebody still reads: pages of queries, checkpoints, scenarios. Undo is kept back to the oldest one.</summary>
internal sealed class SnapshotPins
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, int> _pins = [];

    /// <summary>Keeps the state at <paramref name="commit"/> readable until the pin is disposed.</summary>
    /// <remarks>Only the present durable commit, or one that is pinned already, can be pinned safely: pin first, then read
    /// <see cref="DurableClock.Commit"/> again where it may have moved.</remarks>
    public IDisposable Pin(long commit)
    {
        lock (_gate)
        {
            _pins[commit] = _pins.GetValueOrDefault(commit) + 1;
        }
        return new Handle(this, commit);
    }

    /// <summary>Pins the newest durable commit.</summary>
    public (long Commit, IDisposable Pin) PinNewest(DurableClock durable)
    {
        lock (_gate)
        {
            // Under the gate, so that no release between reading the clock and pinning can drop what is being pinned.
            long commit = durable.Commit;
            return (commit, Pin(commit));
        }
    }

    /// <summary>The pinned commits up to <paramref name="durable"/>, ascending.</summary>
    public long[] Until(long durable)
    {
        lock (_gate)
        {
            return _pins.Count == 0 ? [] : [.. _pins.Keys.TakeWhile(commit => commit <= durable)];
        }
    }

    private void Unpin(long commit)
    {
        lock (_gate)
        {
            if (--_pins[commit] == 0)
            {
                _pins.Remove(commit);
            }
        }
    }

    private sealed class Handle(SnapshotPins pins, long commit) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                pins.Unpin(commit);
            }
        }
    }
}
