using Gemel.Server.Clients;

namespace Gemel.Server.Replay;

/// <summary>Publishes messages in order with many in flight, and again what was not acknowledged when the connection comes back.</summary>
/// <remarks>
/// The window holds every message from the oldest unacknowledged one on, in order. A lost connection leaves unknown which of them were taken: after reconnecting, all
/// without acknowledgement are sent again, in order and before anything new. So each message is taken at least once, and the server tells repetitions by source time and value.
/// Threading: one run at a time.
/// </remarks>
internal sealed class ReplayPublisher(IDeviceLink link, int inFlight, TimeProvider clock)
{
    private readonly Queue<Flight> _window = new();
    private readonly BackOff _backOff = new(clock, new Random());

    public ReplayCounts Counts { get; private set; }

    /// <summary>Publishes all messages; ends when each is acknowledged or refused for good.</summary>
    /// <exception cref="GemelException">GMX002, the server refuses the credentials.</exception>
    public async Task RunAsync(IAsyncEnumerable<ReplayMessage> messages, CancellationToken cancellationToken)
    {
        try
        {
            await link.ConnectAsync(cancellationToken).ConfigureAwait(false);
            await foreach (ReplayMessage message in messages.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                while (_window.Count >= Math.Min(inFlight, link.ReceiveMaximum) || (_window.Count > 0 && _window.Peek().IsOver))
                {
                    await SettleOldestAsync(cancellationToken).ConfigureAwait(false);
                }
                _window.Enqueue(new Flight(message, Publish(message, cancellationToken)));
                Counts = Counts with { Sent = Counts.Sent + 1 };
            }
            while (_window.Count > 0)
            {
                await SettleOldestAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await AbandonAsync().ConfigureAwait(false);
        }
    }

    private Task<PublishOutcome> Publish(ReplayMessage message, CancellationToken cancellationToken) =>
        link.PublishAsync(message.Topic, message.Payload, cancellationToken);

    /// <summary>Waits for the oldest message; where it was not taken, sends the window again instead of removing it.</summary>
    private async Task SettleOldestAsync(CancellationToken cancellationToken)
    {
        PublishOutcome? outcome = await OutcomeOfAsync(_window.Peek()).ConfigureAwait(false);
        if (outcome is { Kind: not PublishOutcomeKind.TryLater } settled)
        {
            _window.Dequeue();
            _backOff.Reset();
            Counts = Counts.Add(settled);
            return;
        }
        if (outcome is not null)
        {
            await _backOff.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        await ResendAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ResendAsync(CancellationToken cancellationToken)
    {
        var unsettled = new List<Flight>();
        foreach (Flight flight in _window)
        {
            if (await OutcomeOfAsync(flight).ConfigureAwait(false) is not { Kind: not PublishOutcomeKind.TryLater })
            {
                unsettled.Add(flight);
            }
        }
        await link.ConnectAsync(cancellationToken).ConfigureAwait(false);
        foreach (Flight flight in unsettled)
        {
            flight.Acknowledgement = Publish(flight.Message, cancellationToken);
        }
        Counts = Counts with { Resent = Counts.Resent + unsettled.Count };
    }

    /// <summary>What became of a message; null where its connection ended first.</summary>
    private static async Task<PublishOutcome?> OutcomeOfAsync(Flight flight)
    {
        try
        {
            return await flight.Acknowledgement.ConfigureAwait(false);
        }
        catch (LinkLostException)
        {
            return null;
        }
    }

    private async Task AbandonAsync()
    {
        foreach (Flight flight in _window)
        {
            await ((Task)flight.Acknowledgement).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        _window.Clear();
    }

    private sealed class Flight(ReplayMessage message, Task<PublishOutcome> acknowledgement)
    {
        public ReplayMessage Message { get; } = message;

        public Task<PublishOutcome> Acknowledgement { get; set; } = acknowledgement;

        public bool IsOver => Acknowledgement.IsCompleted;
    }
}

/// <summary>How far a replay is, in messages.</summary>
/// <param name="Sent">Handed to the connection once; resends are not counted here.</param>
/// <param name="Taken">Acknowledged as taken, at least in part.</param>
/// <param name="Refused">Refused for good.</param>
/// <param name="Resent">Sent again after a lost connection or a refusal for now.</param>
/// <param name="RejectedValues">Values that the server left out of messages it took.</param>
/// <param name="LastRefusal">The server's words; null where nothing was refused.</param>
internal readonly record struct ReplayCounts(long Sent, long Taken, long Refused, long Resent, long RejectedValues, string? LastRefusal)
{
    public ReplayCounts Add(PublishOutcome outcome) => outcome.Kind == PublishOutcomeKind.Taken
        ? this with { Taken = Taken + 1, RejectedValues = RejectedValues + outcome.Rejected }
        : this with { Refused = Refused + 1, LastRefusal = outcome.Reason };
}
