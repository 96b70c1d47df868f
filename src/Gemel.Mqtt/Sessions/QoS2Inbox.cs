namespace Gemel.Mqtt.Sessions;

/// <summary>Packet identifiers of QoS 2 messages that were taken and not yet released by PUBREL (MQTT 5 section 4.3.3, method B).</summary>
/// <remarks>Kept with the session, so that a message resent over the next connection is not taken twice. It does not
/// outlive the process. Threading: safe for concurrent callers.</remarks>
internal sealed class QoS2Inbox
{
    private readonly Lock _sync = new();
    private HashSet<ushort>? _received;

    /// <summary>False where the message was already taken.</summary>
    public bool TryBegin(ushort packetId)
    {
        lock (_sync)
        {
            _received ??= [];
            return _received.Add(packetId);
        }
    }

    /// <summary>False where the identifier is unknown.</summary>
    public bool Release(ushort packetId)
    {
        lock (_sync)
        {
            return _received is not null && _received.Remove(packetId);
        }
    }
}
