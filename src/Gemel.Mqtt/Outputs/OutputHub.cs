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
internal sealed class OutputHub(IInstance instance, MqttMetrics metrics, MqttOptions options, ILogger<OutputHub> log) : IAsyncDisposable
{
    private readonly Lock _sync = new();
    private readonly OutputIndex _states = new();
    private readonly OutputIndex _changes = new();
    private readonly HashSet<ClientSession> _subscribers = [];
    private readonly Dictionary<ClientSession, RejectionFollower> _rejections = [];
    private readonly List<ClientSession> _readers = [];
    private Catalog _catalog = instance.Catalog;
    private CancellationTokenSource? _feedStop;
    private Task _feed = Task.CompletedTask;
    private bool _isClosed;

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
        if (ReferenceEquals(Volatile.Read(ref _catalog), instance.Catalog))
        {
            return;
        }
        lock (_sync)
        {
            Volatile.Write(ref _catalog, instance.Catalog);
            foreach (ClientSession session in _subscribers)
            {
                if (!session.Identity.IsAdministrator)
                {
                    NarrowAnew(session);
                }
            }
            RunFeedWhileWanted();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task feed;
        RejectionFollower[] followers;
        lock (_sync)
        {
            _isClosed = true;
            RunFeedWhileWanted();
            feed = _feed;
            followers = [.. _rejections.Values];
            _rejections.Clear();
        }
        await feed.ConfigureAwait(false);
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
            _rejections[session] = follower = new RejectionFollower(instance.Rejections, session, options.MaxQueuedMessages, metrics, log);
        }
        follower?.Follow(wanted.Ids.Keys);
        if (wanted.IsEmpty)
        {
            _rejections.Remove(session);
        }
    }

    private void SendState(ClientSession session, OutputFilter filter)
    {
        Coverage coverage = session.CoverageOf(OutputKind.State);
        if (!filter.Matches(OutputKind.State))
        {
            return;
        }
        if (filter.Id is { } twin)
        {
            session.Queue.MarkState(twin, isRetained: true);
            return;
        }
        IEnumerable<string> all = coverage.All is null ? coverage.Ids.Keys : AllTwins();
        foreach (string id in all)
        {
            session.Queue.MarkState(id, isRetained: true);
        }
    }

    private IEnumerable<string> AllTwins()
    {
        const int PageSize = 1000;
        string? after = null;
        IReadOnlyList<TwinListing> page;
        do
        {
            page = instance.Twins.List(prefix: null, model: null, after, PageSize);
            foreach (TwinListing twin in page)
            {
                yield return after = twin.Id.Value;
            }
        }
        while (page.Count == PageSize);
    }

    private void RunFeedWhileWanted()
    {
        bool isWanted = !_isClosed && (!_states.IsEmpty || !_changes.IsEmpty);
        if (isWanted && _feedStop is null)
        {
            ResumeToken from = new(instance.DurableCommit, int.MaxValue);
            Task former = _feed;
            _feedStop = new CancellationTokenSource();
            CancellationToken stop = _feedStop.Token;
            _feed = Task.Run(() => FollowAsync(former, from, stop), CancellationToken.None);
        }
        else if (!isWanted && _feedStop is { } running)
        {
            running.Cancel();
            running.Dispose();
            _feedStop = null;
        }
    }

    // The source belongs to RunFeedWhileWanted alone: the feed may end by itself before anybody asks for its end.
    private async Task FollowAsync(Task former, ResumeToken from, CancellationToken stop)
    {
        await former.ConfigureAwait(false);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await foreach (IReadOnlyList<TwinEvent> events in instance.Changes.ReadAsync(new ChangeFilter(), from, stop).ConfigureAwait(false))
                {
                    Publish(events);
                    from = events[^1].Token;
                }
                return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (GemelException lost)
            {
                from = Restart(lost);
            }
        }
    }

    /// <summary>The journal was trimmed under a feed that lagged: states are read anew, subscribers of changes must know.</summary>
    private ResumeToken Restart(GemelException lost)
    {
        MqttLog.ChangesLost(log, lost);
        ResumeToken from = new(instance.DurableCommit, int.MaxValue);
        ClientSession[] subscribers;
        lock (_sync)
        {
            subscribers = [.. _subscribers];
        }
        foreach (ClientSession session in subscribers)
        {
            foreach (Subscription subscription in session.Subscriptions.All)
            {
                SendState(session, subscription.Filter);
            }
            if (!session.CoverageOf(OutputKind.Changes).IsEmpty)
            {
                metrics.Dropped(OutputKind.Changes);
                ChangesLost?.Invoke(session);
            }
        }
        return from;
    }

    private void Publish(IReadOnlyList<TwinEvent> events)
    {
        FollowCatalog();
        lock (_sync)
        {
            foreach (TwinEvent change in events)
            {
                if (_changes.HasReaders(change.Twin.Value))
                {
                    SendChange(change);
                }
                if (_states.HasReaders(change.Twin.Value) && ChangeJson.TouchesState(change))
                {
                    MarkState(change);
                }
            }
        }
    }

    private void SendChange(TwinEvent change)
    {
        _changes.Collect(change.Twin.Value, change.Token.Commit, _readers);
        OutputMessage? message = null;
        foreach (ClientSession session in _readers)
        {
            if (session.IsConnected || session.DeliveryOf(OutputKind.Changes, change.Twin.Value) is { QoS: > 0 })
            {
                message ??= new OutputMessage(OutputKind.Changes, change.Twin.Value, ChangeJson.Write(change));
                if (!session.Queue.Enqueue(message))
                {
                    metrics.Dropped(OutputKind.Changes);
                }
            }
        }
    }

    private void MarkState(TwinEvent change)
    {
        _states.Collect(change.Twin.Value, long.MaxValue, _readers);
        foreach (ClientSession session in _readers)
        {
            session.Queue.MarkState(change.Twin.Value, isRetained: false);
        }
    }
}
