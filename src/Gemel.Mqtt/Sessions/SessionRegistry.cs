using Gemel.Cluster;
using Gemel.Mqtt.Connections;
using Gemel.Mqtt.Outputs;
using Gemel.Mqtt.Protocol;

namespace Gemel.Mqtt.Sessions;

/// <summary>Who serves which session, and how long sessions without a connection are kept.</summary>
/// <remarks>
/// The key is identity and client identifier, so clients of different identities never disturb each other. A second
/// connection with the same key takes over: it closes the first and waits until that one's last wave is committed or
/// failed; only then is it known which QoS 2 messages were taken.
/// Threading: safe for concurrent callers.
/// </remarks>
internal sealed class SessionRegistry(OutputHub hub, MqttOptions options, TimeProvider clock)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, SessionSlot> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _perIdentity = new(StringComparer.Ordinal);

    /// <summary>Makes the MQTT server forget the session of a key; set by the door that owns the server.</summary>
    public Func<string, Task> Forget { get; set; } = _ => Task.CompletedTask;

    /// <summary>No identity or client identifier has a control character, so the key is unambiguous.</summary>
    public static string KeyOf(Identity identity, string clientId) => $"{identity.Name}\u001f{clientId}";

    public ClientSession? Find(string key)
    {
        lock (_sync)
        {
            return _slots.GetValueOrDefault(key)?.Session;
        }
    }

    /// <summary>The connection that serves the session now; null where none does.</summary>
    public IngestChannelAdapter? ConnectionOf(ClientSession session)
    {
        lock (_sync)
        {
            return _slots.GetValueOrDefault(session.Key)?.Connection;
        }
    }

    /// <returns>The session and whether it was there before; a failure where the identity has too many; null where yet
    /// another connection took over meanwhile.</returns>
    public async ValueTask<Outcome<(ClientSession Session, bool IsResumed)?>> AcquireAsync(
        string key, Identity identity, IngestChannelAdapter connection, bool isCleanStart)
    {
        SessionSlot slot;
        IngestChannelAdapter? former;
        lock (_sync)
        {
            if (!_slots.TryGetValue(key, out SessionSlot? known))
            {
                if (!identity.IsAdministrator && _perIdentity.GetValueOrDefault(identity.Name) >= options.MaxSessionsPerDevice)
                {
                    return MqttErrors.TooManySessions.With(identity.Name, options.MaxSessionsPerDevice);
                }
                _perIdentity[identity.Name] = _perIdentity.GetValueOrDefault(identity.Name) + 1;
                _slots[key] = known = new SessionSlot();
            }
            slot = known;
            former = slot.Connection;
            slot.Connection = connection;
        }
        if (former is not null)
        {
            former.RequestClose(ReasonCode.SessionTakenOver, EndReasons.TakenOver);
            await former.Finished.ConfigureAwait(false);
        }
        await slot.Forgetting.ConfigureAwait(false);
        return Take(key, slot, identity, connection, isCleanStart);
    }

    /// <summary>The connection is over, and the MQTT server has forgotten its session where nothing is kept.</summary>
    /// <param name="keepFor">How long to keep the session; zero ends it now.</param>
    /// <param name="will">What to do after <paramref name="willDelay"/>, or when the session ends before; null for nothing.</param>
    public void Release(string key, IngestChannelAdapter connection, TimeSpan keepFor, TimeSpan willDelay, Action? will)
    {
        lock (_sync)
        {
            SessionSlot slot = _slots[key];
            slot.Session!.IsConnected = false;
            bool isTakenOver = slot.Connection != connection;
            bool isDelayed = willDelay > TimeSpan.Zero && keepFor > TimeSpan.Zero;
            if (!isDelayed)
            {
                will?.Invoke();
            }
            if (keepFor <= TimeSpan.Zero)
            {
                EndSession(key, slot, removesSlot: !isTakenOver);
            }
            else if (!isTakenOver)
            {
                slot.Connection = null;
                slot.Expiry = clock.CreateTimer(_ => _ = ExpireAsync(key, slot), null, keepFor, Timeout.InfiniteTimeSpan);
                slot.PendingWill = isDelayed ? will : null;
                slot.WillDelay = slot.PendingWill is null ? null : clock.CreateTimer(_ => SendWill(slot), null, willDelay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void SendWill(SessionSlot slot)
    {
        lock (_sync)
        {
            slot.TakeWill()?.Invoke();
        }
    }

    private Outcome<(ClientSession, bool)?> Take(string key, SessionSlot slot, Identity identity, IngestChannelAdapter connection, bool isCleanStart)
    {
        lock (_sync)
        {
            if (slot.Connection != connection)
            {
                return Outcome<(ClientSession, bool)?>.Success(null);
            }
            slot.StopTimers();
            // A key made anew under its old name may have another role: it takes over nothing that the former one subscribed to.
            bool isResumed = slot.Session is { } kept && kept.Identity.Role == identity.Role && !isCleanStart;
            if (isResumed)
            {
                slot.TakeWill();   // [MQTT-3.1.3-9]: the client is back before its will was due
            }
            else
            {
                EndSession(key, slot, removesSlot: false);
                slot.Session = new ClientSession(key, identity, options.MaxQueuedMessages, options.MaxUnacknowledgedSends);
            }
            slot.Session!.IsConnected = true;
            return Outcome<(ClientSession, bool)?>.Success((slot.Session, isResumed));
        }
    }

    private async Task ExpireAsync(string key, SessionSlot slot)
    {
        lock (_sync)
        {
            if (slot.Connection is not null)
            {
                return;
            }
            EndSession(key, slot, removesSlot: false);
            slot.Forgetting = Forget(key);
        }
        await slot.Forgetting.ConfigureAwait(false);
        lock (_sync)
        {
            if (slot.Connection is null)
            {
                EndSession(key, slot, removesSlot: true);
            }
        }
    }

    private void EndSession(string key, SessionSlot slot, bool removesSlot)
    {
        slot.StopTimers();
        slot.TakeWill()?.Invoke();
        if (slot.Session is { } session)
        {
            hub.Remove(session);
            slot.Session = null;
        }
        if (removesSlot && _slots.Remove(key))
        {
            string identity = key[..key.IndexOf('\u001f')];
            int left = _perIdentity[identity] - 1;
            if (left == 0)
            {
                _perIdentity.Remove(identity);
            }
            else
            {
                _perIdentity[identity] = left;
            }
        }
    }
}
