using Gemel.Cluster;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Sessions;

namespace Gemel.Mqtt.Outputs;

/// <summary>What goes into the sessions' queues: states on subscribing, and what the feed brings.</summary>
internal sealed partial class OutputHub
{
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
            page = _instance.Twins.List(prefix: null, model: null, after, PageSize);
            foreach (TwinListing twin in page)
            {
                yield return after = twin.Id.Value;
            }
        }
        while (page.Count == PageSize);
    }

    /// <summary>The feed has a gap: states are read anew, subscribers of changes must know.</summary>
    private void Restart()
    {
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
                _metrics.Dropped(OutputKind.Changes);
                ChangesLost?.Invoke(session);
            }
        }
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
                    _metrics.Dropped(OutputKind.Changes);
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
