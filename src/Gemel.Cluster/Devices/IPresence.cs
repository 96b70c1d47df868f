using System.Net;

namespace Gemel.Cluster;

/// <summary>Which devices are connected, and how well their clocks and rates look. Kept in memory.</summary>
public interface IPresence
{
    /// <returns>The session's number, to be given back to <see cref="Disconnected"/>.</returns>
    long Connected(DeviceId device, string clientId, EndPoint? remote);

    /// <param name="reason">Why the session ended: <c>normal</c>, <c>keepAliveTimeout</c>, <c>takenOver</c>, <c>protocolError</c>, <c>connectionLost</c>, …</param>
    void Disconnected(long session, string reason);

    /// <summary>Messages of the device came.</summary>
    /// <param name="skew">Server time less their newest source time; null where they carried none.</param>
    void Seen(DeviceId device, int messages, int values, TimeSpan? skew);

    DevicePresence Get(DeviceId device);
}

/// <param name="Since">When the present state began; none where the device was never seen since the start.</param>
/// <param name="LastEnd">Reason of the last session's end; null where none ended.</param>
/// <param name="Skew">Server time less source time, a moving average; null where unknown.</param>
/// <param name="MessagesPerSecond">Moving rate over about a minute.</param>
public sealed record DevicePresence(
    bool IsConnected,
    Timestamp Since,
    Timestamp LastSeen,
    string? LastEnd,
    string? ClientId,
    string? Remote,
    TimeSpan? Skew,
    double MessagesPerSecond,
    double ValuesPerSecond);
