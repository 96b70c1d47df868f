using Gemel.Cluster;

namespace Gemel.Http.Streams;

/// <summary>Moves events from the journal's follower to one client, with a sign of life in between.</summary>
/// <remarks>Owns the follower: cancel its token before disposing.</remarks>
internal sealed class ChangePump : IAsyncDisposable
{
    private readonly IAsyncEnumerator<IReadOnlyList<TwinEvent>> _changes;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _keepAlive;
    private readonly HttpMetrics _metrics;
    private Task<bool> _next;

    public ChangePump(IAsyncEnumerator<IReadOnlyList<TwinEvent>> changes, TimeProvider clock, TimeSpan keepAlive, HttpMetrics metrics)
    {
        (_changes, _clock, _keepAlive, _metrics) = (changes, clock, keepAlive, metrics);
        _next = changes.MoveNextAsync().AsTask();
    }

    /// <summary>Ends as soon as the next event, the end or a failure is known.</summary>
    public Task Next => _next;

    /// <summary>Sends until the follower ends or fails; a failure is said within the stream.</summary>
    public async Task RunAsync(IEventChannel channel, CancellationToken cancellationToken)
    {
        Task silence = Task.Delay(_keepAlive, _clock, cancellationToken);
        while (true)
        {
            if (await Task.WhenAny(_next, silence) == silence)
            {
                await silence;
                await channel.KeepAliveAsync();
                silence = Task.Delay(_keepAlive, _clock, cancellationToken);
                continue;
            }
            if (!await TakeAsync(channel))
            {
                return;
            }
            await channel.SendAsync(_changes.Current);
            _metrics.EventsSent(_changes.Current.Count);
            _next = _changes.MoveNextAsync().AsTask();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A follower must not be disposed of in the middle of a step; how that step ends no longer matters to anybody.
        await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _changes.DisposeAsync();
    }

    // The head of the answer is sent: what goes wrong now is said within the stream, which then ends.
    private async Task<bool> TakeAsync(IEventChannel channel)
    {
        try
        {
            return await _next;
        }
        catch (GemelException failure)
        {
            await channel.FailAsync(failure.Error);
            return false;
        }
    }
}
