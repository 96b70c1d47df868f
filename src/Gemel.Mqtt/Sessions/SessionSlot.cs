using Gemel.Mqtt.Connections;

namespace Gemel.Mqtt.Sessions;

/// <summary>One client identifier of one identity. Threading: under the registry's lock.</summary>
internal sealed class SessionSlot
{
    /// <summary>The connection that serves it or is about to.</summary>
    public IngestChannelAdapter? Connection { get; set; }

    /// <summary>Null until the first connection is admitted.</summary>
    public ClientSession? Session { get; set; }

    /// <summary>Ends the session when nobody comes back.</summary>
    public ITimer? Expiry { get; set; }

    /// <summary>Publishes the last connection's will when nobody comes back in time.</summary>
    public ITimer? WillDelay { get; set; }

    /// <summary>The will that <see cref="WillDelay"/> holds back; due at once when the session ends.</summary>
    public Action? PendingWill { get; set; }

    /// <summary>Ends when the MQTT server has forgotten the former session of this name.</summary>
    public Task Forgetting { get; set; } = Task.CompletedTask;

    public void StopTimers()
    {
        Expiry?.Dispose();
        WillDelay?.Dispose();
        (Expiry, WillDelay) = (null, null);
    }

    /// <summary>Hands out the will held back, once.</summary>
    public Action? TakeWill()
    {
        Action? will = PendingWill;
        PendingWill = null;
        return will;
    }
}
