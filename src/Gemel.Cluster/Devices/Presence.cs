using System.Collections.Concurrent;
using System.Net;

namespace Gemel.Cluster;

/// <summary>Connections, clocks and rates of devices, in memory.</summary>
/// <remarks>A device's values become uncertain (<c>commLost</c>) a grace time after its last session ended; <see cref="Lost"/>
/// and <see cref="Returned"/> tell the instance, which marks the twins.</remarks>
internal sealed class Presence(TimeProvider clock) : IPresence
{
    private readonly ConcurrentDictionary<DeviceId, DeviceTrack> _tracks = new();
    private readonly ConcurrentDictionary<long, (DeviceTrack Track, string ClientId)> _sessions = new();
    private long _lastSession;

    /// <summary>Devices without any open session, with the time at which the last one ended.</summary>
    public event Action<DeviceId, Timestamp>? Lost;

    /// <summary>A device has a session again.</summary>
    public event Action<DeviceId>? Returned;

    public int ConnectedDevices => _tracks.Values.Count(t => t.IsConnected);

    /// <summary>The largest clock skew of all devices seen, either way.</summary>
    public TimeSpan LargestSkew => _tracks.Values.Select(t => t.Skew ?? TimeSpan.Zero).MaxBy(s => s.Duration());

    public long Connected(DeviceId device, string clientId, EndPoint? remote)
    {
        long session = Interlocked.Increment(ref _lastSession);
        DeviceTrack track = _tracks.GetOrAdd(device, id => new DeviceTrack(id));
        _sessions[session] = (track, clientId);
        track.Open(session, clientId, remote?.ToString(), Now);
        Returned?.Invoke(device);
        return session;
    }

    public void Disconnected(long session, string reason)
    {
        if (_sessions.TryRemove(session, out (DeviceTrack Track, string ClientId) ended) && ended.Track.Close(session, reason, Now))
        {
            Lost?.Invoke(ended.Track.Device, Now);
        }
    }

    public void Seen(DeviceId device, int messages, int values, TimeSpan? skew) =>
        _tracks.GetOrAdd(device, id => new DeviceTrack(id)).Seen(messages, values, skew, Now);

    public DevicePresence Get(DeviceId device) =>
        _tracks.TryGetValue(device, out DeviceTrack? track) ? track.Describe(Now) : DeviceTrack.NeverSeen;

    private Timestamp Now => Timestamp.From(clock.GetUtcNow());
}
