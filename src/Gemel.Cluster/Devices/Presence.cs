using System.Collections.Concurrent;
using System.Net;

namespace Gemel.Cluster;

/// <summary>Connections, clocks and rates of devices, in memory.</summary>
/// <remarks>A device's values become uncertain (<c>commLost</c>) a grace time after its last session ended; <see cref="Changed"/>
/// tells the instance, which marks the twins.</remarks>
internal sealed class Presence(TimeProvider clock) : IPresence
{
    private readonly ConcurrentDictionary<DeviceId, DeviceTrack> _tracks = new();
    private readonly ConcurrentDictionary<long, DeviceTrack> _sessions = new();
    private long _lastSession;

    /// <summary>A device has its first session, or has lost its last one. Raised after the fact, by the thread that made it, so two
    /// may come in any order: ask <see cref="LostSince"/> for what holds.</summary>
    public event Action<DeviceId>? Changed;

    public int ConnectedDevices => _tracks.Values.Count(t => t.IsConnected);

    /// <summary>The largest clock skew of all devices seen, either way.</summary>
    public TimeSpan LargestSkew => _tracks.Values.Select(t => t.Skew ?? TimeSpan.Zero).MaxBy(s => s.Duration());

    public long Connected(DeviceId device, string clientId, EndPoint? remote)
    {
        long session = Interlocked.Increment(ref _lastSession);
        DeviceTrack track = _tracks.GetOrAdd(device, id => new DeviceTrack(id));
        _sessions[session] = track;
        if (track.Open(session, clientId, remote?.ToString(), Now))
        {
            Changed?.Invoke(device);
        }
        return session;
    }

    public void Disconnected(long session, string reason)
    {
        if (_sessions.TryRemove(session, out DeviceTrack? track) && track.Close(session, reason, Now))
        {
            Changed?.Invoke(track.Device);
        }
    }

    public void Seen(DeviceId device, int messages, int values, TimeSpan? skew) =>
        _tracks.GetOrAdd(device, id => new DeviceTrack(id)).Seen(messages, values, skew, Now);

    /// <summary>When the device's last session ended; none where one is open, or none ever was.</summary>
    public Timestamp LostSince(DeviceId device) => _tracks.TryGetValue(device, out DeviceTrack? track) ? track.LostSince : Timestamp.None;

    public DevicePresence Get(DeviceId device) =>
        _tracks.TryGetValue(device, out DeviceTrack? track) ? track.Describe(Now) : DeviceTrack.NeverSeen;

    private Timestamp Now => Timestamp.From(clock.GetUtcNow());
}
