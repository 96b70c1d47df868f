using System.Diagnostics.CodeAnalysis;
using Gemel.Query;

namespace Gemel.Cluster;

/// <summary>Queries that are read page by page; each keeps its commit pinned until it was not used for <see cref="Lifetime"/>.</summary>
/// <remarks>Bounded, for a pinned commit keeps undo, and the more of it the older it is: none outlives <see cref="Longest"/>; beyond <see cref="Most"/> the one unused for the longest time is given up.</remarks>
internal sealed class QuerySessions
{
    public const int Most = 500;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Session> _open = [];
    private readonly SnapshotPins _pins;
    private readonly TimeProvider _clock;
    private readonly ITimer _sweeper;
    private long _last;

    public QuerySessions(SnapshotPins pins, TimeProvider clock)
    {
        (_pins, _clock) = (pins, clock);
        _sweeper = clock.CreateTimer(static sessions => ((QuerySessions)sessions!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public static TimeSpan Lifetime => TimeSpan.FromSeconds(60);

    /// <summary>How long one query may be read, however busily.</summary>
    public static TimeSpan Longest => TimeSpan.FromMinutes(10);

    /// <summary>Keeps a query whose first page has a next one.</summary>
    /// <param name="pin">Belongs to the session from now on.</param>
    public long Open(PreparedQuery query, long commit, IDisposable pin)
    {
        lock (_gate)
        {
            if (_open.Count == Most)
            {
                End(_open.MinBy(s => s.Value.LastUsed).Key);
            }
            _open.Add(++_last, new Session(query, commit, pin) { Opened = _clock.GetTimestamp(), LastUsed = _clock.GetTimestamp() });
            SetSweeper();
            return _last;
        }
    }

    /// <summary>Takes a session up for one page.</summary>
    /// <param name="pin">Of that page alone: the session may be given up meanwhile.</param>
    /// <returns>False where it was given up.</returns>
    public bool TryUse(long number, [NotNullWhen(true)] out PreparedQuery? query, out long commit, [NotNullWhen(true)] out IDisposable? pin)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(number, out Session? session))
            {
                (query, commit, pin) = (null, 0, null);
                return false;
            }
            session.LastUsed = _clock.GetTimestamp();
            (query, commit, pin) = (session.Query, session.Commit, _pins.Pin(session.Commit));
            return true;
        }
    }

    /// <summary>Ends a session whose last page was read.</summary>
    public void Close(long number)
    {
        lock (_gate)
        {
            End(number);
        }
    }

    private void Sweep()
    {
        lock (_gate)
        {
            foreach (long number in _open.Where(s => Rest(s.Value) <= TimeSpan.Zero).Select(s => s.Key).ToArray())
            {
                End(number);
            }
            SetSweeper();
        }
    }

    private void End(long number)
    {
        if (_open.Remove(number, out Session? session))
        {
            session.Pin.Dispose();
        }
    }

    /// <summary>Wakes when the next session may have run out; sleeps where none is open.</summary>
    private void SetSweeper()
    {
        if (_open.Count == 0)
        {
            _sweeper.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        TimeSpan rest = _open.Values.Min(Rest);
        _sweeper.Change(rest > TimeSpan.FromSeconds(1) ? rest : TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
    }

    /// <summary>What is left to the session if it is not used again.</summary>
    private TimeSpan Rest(Session session)
    {
        TimeSpan unused = Lifetime - _clock.GetElapsedTime(session.LastUsed);
        TimeSpan whole = Longest - _clock.GetElapsedTime(session.Opened);
        return unused < whole ? unused : whole;
    }

    private sealed class Session(PreparedQuery query, long commit, IDisposable pin)
    {
        public PreparedQuery Query => query;

        public long Commit => commit;

        public IDisposable Pin => pin;

        /// <summary>A timestamp of the clock.</summary>
        public required long Opened { get; init; }

        /// <summary>A timestamp of the clock.</summary>
        public long LastUsed { get; set; }
    }
}
