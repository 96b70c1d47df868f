namespace Gemel.Cluster;

/// <summary>What is known of one device's connections, clock and rate.</summary>
internal sealed class DeviceTrack(DeviceId device)
{
    // Time constant of the moving rates, and weight of a new skew against the estimate so far.
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(60);
    private const double SkewWeight = 0.05;

    private readonly Lock _gate = new();
    private readonly HashSet<long> _sessions = [];
    private Timestamp _since;
    private Timestamp _lastSeen;
    private Timestamp _ratedAt;
    private string? _lastEnd;
    private string? _clientId;
    private string? _remote;
    private double? _skewTicks;
    private double _messageRate;
    private double _valueRate;

    public static DevicePresence NeverSeen { get; } = new(false, default, default, null, null, null, null, 0, 0);

    public DeviceId Device { get; } = device;

    public bool IsConnected
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count > 0;
            }
        }
    }

    public TimeSpan? Skew
    {
        get
        {
            lock (_gate)
            {
                return _skewTicks is { } ticks ? new TimeSpan((long)ticks) : null;
            }
        }
    }

    /// <summary>When the last session ended; none where one is open, or none ever was.</summary>
    public Timestamp LostSince
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count > 0 ? Timestamp.None : _since;
            }
        }
    }

    /// <returns>True where that is the first open session.</returns>
    public bool Open(long session, string clientId, string? remote, Timestamp now)
    {
        lock (_gate)
        {
            bool isFirst = _sessions.Count == 0;
            _since = isFirst ? now : _since;
            _sessions.Add(session);
            (_clientId, _remote, _lastSeen) = (clientId, remote, now);
            return isFirst;
        }
    }

    /// <returns>True where that was the last open session.</returns>
    public bool Close(long session, string reason, Timestamp now)
    {
        lock (_gate)
        {
            _lastEnd = reason;
            if (!_sessions.Remove(session) || _sessions.Count > 0)
            {
                return false;
            }
            _since = now;
            return true;
        }
    }

    public void Seen(int messages, int values, TimeSpan? skew, Timestamp now)
    {
        lock (_gate)
        {
            double decay = Decay(now);
            _messageRate = (_messageRate * decay) + (messages / RateWindow.TotalSeconds);
            _valueRate = (_valueRate * decay) + (values / RateWindow.TotalSeconds);
            _lastSeen = _ratedAt = now;
            if (skew is { } found)
            {
                _skewTicks = _skewTicks is { } known ? known + (SkewWeight * (found.Ticks - known)) : found.Ticks;
            }
        }
    }

    public DevicePresence Describe(Timestamp now)
    {
        lock (_gate)
        {
            double decay = Decay(now);
            return new DevicePresence(
                _sessions.Count > 0, _since, _lastSeen, _lastEnd, _clientId, _remote,
                _skewTicks is { } ticks ? new TimeSpan((long)ticks) : null,
                _messageRate * decay, _valueRate * decay);
        }
    }

    private double Decay(Timestamp now) => _ratedAt.IsNone ? 0 : Math.Exp(-Math.Max(0, (now - _ratedAt) / RateWindow));
}
