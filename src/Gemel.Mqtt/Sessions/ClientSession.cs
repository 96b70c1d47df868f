using Gemel.Cluster;
using Gemel.Mqtt.Outputs;
using Gemel.Mqtt.Protocol;

namespace Gemel.Mqtt.Sessions;

/// <summary>What outlives a connection: subscriptions, what waits to be sent, QoS 2 identifiers.</summary>
/// <remarks>Threading: subscriptions and coverage change under the hub's lock and are read anywhere as immutable snapshots.</remarks>
internal sealed class ClientSession(string key, Identity identity, int queueCapacity, int maxUnacknowledged)
{
    private volatile SubscriptionSet _subscriptions = SubscriptionSet.Empty;
    private readonly Coverage[] _coverage = [Coverage.None, Coverage.None, Coverage.None];

    /// <summary>Identity and client identifier: clients of different identities never meet.</summary>
    public string Key { get; } = key;

    public Identity Identity { get; } = identity;

    public OutputQueue Queue { get; } = new(queueCapacity);

    public QoS2Inbox Inbox { get; } = new();

    public SendWindow Window { get; } = new(maxUnacknowledged);

    /// <summary>A connection serves the session; without one, QoS 0 messages are not kept.</summary>
    public bool IsConnected { get; set; }

    public SubscriptionSet Subscriptions
    {
        get => _subscriptions;
        set => _subscriptions = value;
    }

    public Coverage CoverageOf(OutputKind kind) => Volatile.Read(ref _coverage[(int)kind]);

    public void SetCoverage(OutputKind kind, Coverage coverage) => Volatile.Write(ref _coverage[(int)kind], coverage);

    /// <summary>How a message is to be sent; null where no subscription wants it (any more).</summary>
    public Delivery? DeliveryOf(OutputKind kind, string id) =>
        CoverageOf(kind).Covers(id) ? _subscriptions.DeliveryOf(kind, id) : null;
}
