using Gemel.Cluster;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Sessions;
using Microsoft.Extensions.Logging;

namespace Gemel.Mqtt.Outputs;

/// <summary>Follows the journal for all subscribers of state and changes.</summary>
/// <remarks>
/// The feed runs while somebody subscribes, from the commit that was durable then: a subscriber is entered first and gets
/// the present state after, so that no change falls between. Wildcards of devices are unfolded to the twins bound to them
/// and unfolded anew when the catalog changes; so an event costs one look-up, however many devices subscribe, and a twin
/// taken from a device ends its messages at once.
/// Threading: safe for concurrent callers.
/// </remarks>
internal sealed partial class OutputHub : IAsyncDisposable
{
    private readonly Lock _sync = new();
    private readonly OutputIndex _states = new();
    private readonly OutputIndex _changes = new();
    private readonly HashSet<ClientSession> _subscribers = [];
    private readonly Dictionary<ClientSession, RejectionFollower> _rejections = [];
    private readonly List<ClientSession> _readers = [];
    private readonly IInstance _instance;
    private readonly MqttMetrics _metrics;
    private readonly MqttOptions _options;
    private readonly ILogger _log;
    private readonly JournalFeed _feed;
    private Catalog _catalog;
    private bool _isClosed;

    public OutputHub(IInstance instance, MqttMetrics metrics, MqttOptions options, ILogger<OutputHub> log)
    {
        (_instance, _metrics, _options, _log) = (instance, metrics, options, log);
        _catalog = instance.Catalog;
        _feed = new JournalFeed(instance, log, Publish, Restart);
    }

    /// <summary>The subscriber has lost changes that the journal no longer holds; its connection is to be ended.</summary>
    public event Action<ClientSession>? ChangesLost;

    /// <summary>Adds or replaces a subscription.</summary>
    /// <returns>Whether the filter is new to the session.</returns>
    public bool Subscribe(ClientSession session, Subscription subscription, bool sendsState)
    {
        FollowCatalog();
        lock (_sync)
        {
            bool isNew = !session.Subscriptions.Contains(subscription.Filter.Text);
            session.Subscriptions = session.Subscriptions.With(subscription);
            _subscribers.Add(session);
            Widen(session, subscription);
            RunFeedWhileWanted();
            if (sendsState)
            {
                SendState(session, subscription.Filter);
            }
            return isNew;
        }
    }

    public bool Unsubscribe(ClientSession session, string filter)
    {
        lock (_sync)
        {
            bool existed = session.Subscriptions.Contains(filter);
            session.Subscriptions = session.Subscriptions.Without(filter);
            Narrow(session);
            RunFeedWhileWanted();
            return existed;
        }
    }

    /// <summary>The session has ended.</summary>
    public void Remove(ClientSession session)
    {
        lock (_sync)
        {
            session.Subscriptions = SubscriptionSet.Empty;
            if (_subscribers.Remove(session))
            {
                Narrow(session);
                RunFeedWhileWanted();
            }
        }
    }

    /// <summary>Narrows all devices anew where bindings have changed; one comparison where not.</summary>
    public void FollowCatalog()
    {
        if (ReferenceEquals(Volatile.Read(ref _catalog), _instance.Catalog))
        {
            return;
        }
        lock (_sync)
        {
            Volatile.Write(ref _catalog, _instance.Catalog);
            foreach (ClientSession session in _subscribers)
            {
                if (!session.Identity.ReadsAll)
                {
                    NarrowAnew(session);
                }
            }
            RunFeedWhileWanted();
        }
    }

    public async ValueTask DisposeAsync()
    {
        RejectionFollower[] followers;
        lock (_sync)
        {
            _isClosed = true;
            RunFeedWhileWanted();
            followers = [.. _rejections.Values];
            _rejections.Clear();
        }
        await _feed.Ended.ConfigureAwait(false);
        foreach (RejectionFollower follower in followers)
        {
            await follower.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Adds what one subscription covers; one that names its twin costs the same however many there are already.</summary>
    private void Widen(ClientSession session, Subscription subscription)
    {
        if (subscription.Filter.Id is not { } id || subscription.Filter.Matches(OutputKind.Rejections))
        {
            Narrow(session);
            return;
        }
        WidenBy(OutputKind.State, _states);
        WidenBy(OutputKind.Changes, _changes);

        void WidenBy(OutputKind kind, OutputIndex index)
        {
            if (subscription.Filter.Matches(kind) && Narrowing.IsAllowed(session.Identity, kind, id, _catalog))
            {
                session.SetCoverage(kind, session.CoverageOf(kind).With(id, subscription.Since));
                index.Add(id, session, subscription.Since);
            }
        }
    }

    private void Narrow(ClientSession session)
    {
        NarrowTo(OutputKind.State, _states);
        NarrowTo(OutputKind.Changes, _changes);
        FollowRejections(session);

        void NarrowTo(OutputKind kind, OutputIndex index)
        {
            Coverage now = Narrowing.Of(session, kind, _catalog);
            index.Replace(session, session.CoverageOf(kind), now);
            session.SetCoverage(kind, now);
        }
    }

    /// <summary>The states of twins that came to be bound while a wildcard already stood.</summary>
    private void NarrowAnew(ClientSession session)
    {
        Coverage before = session.CoverageOf(OutputKind.State);
        Narrow(session);
        foreach (string twin in session.CoverageOf(OutputKind.State).Ids.Keys)
        {
            if (!before.Covers(twin))
            {
                session.Queue.MarkState(twin, isRetained: true);
            }
        }
    }

    private void FollowRejections(ClientSession session)
    {
        Coverage wanted = Narrowing.Of(session, OutputKind.Rejections, _catalog);
        session.SetCoverage(OutputKind.Rejections, wanted);
        if (!_rejections.TryGetValue(session, out RejectionFollower? follower) && !wanted.IsEmpty)
        {
            _rejections[session] = follower = new RejectionFollower(_instance.Rejections, session, _options.MaxQueuedMessages, _metrics, _log);
        }
        follower?.Follow(wanted.Ids.Keys);
        if (wanted.IsEmpty)
        {
            _rejections.Remove(session);
        }
    }

    private void RunFeedWhileWanted() => _feed.Run(isWanted: !_isClosed && (!_states.IsEmpty || !_changes.IsEmpty));
}
