using Gemel.Cluster;
using Microsoft.Extensions.Logging;

namespace Gemel.Mqtt.Outputs;

/// <summary>Reads the journal while somebody wants it, from the commit that was durable when it was first wanted.</summary>
/// <param name="onEvents">Called for each commit with something in it, one call at a time, without the hub's lock.</param>
/// <param name="onGap">What was between is lost to the readers; the next events are newer.</param>
/// <remarks>Threading: <see cref="Run"/> under the hub's lock; <see cref="Ended"/> after the last of its calls.</remarks>
internal sealed class JournalFeed(IInstance instance, ILogger log, Action<IReadOnlyList<TwinEvent>> onEvents, Action onGap)
{
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;

    /// <summary>Ends when the feed has stopped.</summary>
    public Task Ended => _running;

    /// <summary>Starts or stops it; nothing where it is as wanted.</summary>
    public void Run(bool isWanted)
    {
        if (_stop is { } former && (!isWanted || _running.IsCompleted))
        {
            former.Cancel();
            former.Dispose();
            _stop = null;
        }
        if (isWanted && _stop is null)
        {
            _stop = new CancellationTokenSource();
            _running = StartAfter(_running, instance.Changes.TokenAfter(instance.DurableCommit), _stop.Token);
        }
    }

    private Task StartAfter(Task former, ResumeToken from, CancellationToken stop) => Task.Run(() => FollowAsync(former, from, stop), CancellationToken.None);

    // The source belongs to Run alone: the feed may end by itself before anybody asks for its end.
    private async Task FollowAsync(Task former, ResumeToken from, CancellationToken stop)
    {
        // What ended the former has been logged; it must not keep this one from starting.
        await former.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                from = await ReadToGapAsync(from, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody wants it any more.
        }
        catch (Exception failure)
        {
            // The readers are told, and the next one who subscribes starts it anew.
            MqttLog.FeedBroken(log, failure);
            onGap();
        }
    }

    /// <returns>Where to go on after the journal was trimmed under a feed that lagged.</returns>
    private async Task<ResumeToken> ReadToGapAsync(ResumeToken from, CancellationToken stop)
    {
        try
        {
            await foreach (IReadOnlyList<TwinEvent> events in instance.Changes.ReadAsync(new ChangeFilter(), from, stop).ConfigureAwait(false))
            {
                onEvents(events);
                from = events[^1].Token;
            }
            throw new OperationCanceledException(stop);
        }
        catch (GemelException lost)
        {
            MqttLog.ChangesLost(log, lost);
            ResumeToken present = instance.Changes.TokenAfter(instance.DurableCommit);
            onGap();
            return present;
        }
    }
}
