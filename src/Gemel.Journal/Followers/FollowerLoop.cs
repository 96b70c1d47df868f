namespace Gemel.Journal;

/// <summary>Runs one follower over the commits, from its own position and at its own pace.</summary>
/// <remarks>
/// Waits for durable commits without polling. A failing follower is tried again, with pauses that double, for as long as the loop
/// runs; others are not held up. When the journal was trimmed past its position, the follower is told the gap and goes on behind it.
/// Ownership: whoever starts the loop disposes it, which ends the task, and saves the position, before the log is disposed.
/// </remarks>
public sealed class FollowerLoop : IAsyncDisposable
{
    private readonly CommitLog _log;
    private readonly ICommitFollower _follower;
    private readonly FollowerPositions? _positions;
    private readonly TimeProvider _clock;
    private readonly FollowerOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly AdvanceSignal _taken;
    private readonly Task _run;
    private long _position;
    private long _saved;
    private long _savedAt;
    private FailureCount _failures = new(0, null);

    private FollowerLoop(CommitLog log, ICommitFollower follower, long position, FollowerPositions? positions, TimeProvider clock, FollowerOptions options)
    {
        (_log, _follower, _positions, _clock, _options) = (log, follower, positions, clock, options);
        (_position, _saved, _savedAt) = (position, position, clock.GetTimestamp());
        _taken = new AdvanceSignal(position);
        _run = Task.Run(RunAsync, CancellationToken.None);
    }

    private sealed record FailureCount(int Count, Exception? Last);

    /// <summary>Starts from the position saved in <paramref name="positions"/>, and saves it there.</summary>
    public static FollowerLoop Start(CommitLog log, ICommitFollower follower, FollowerPositions positions, TimeProvider clock, FollowerOptions options) =>
        new(log, follower, positions.GetPosition(follower.Name), positions, clock, options);

    /// <summary>Starts behind <paramref name="position"/>, for a follower that keeps its position itself.</summary>
    /// <param name="position">The last commit it has taken; 0 for none.</param>
    /// <exception cref="GemelException">GMJ031, the position lies beyond the last commit.</exception>
    public static FollowerLoop Start(CommitLog log, ICommitFollower follower, long position, TimeProvider clock, FollowerOptions options) =>
        position <= log.Last
            ? new FollowerLoop(log, follower, position, positions: null, clock, options)
            : throw new GemelException(JournalErrors.CommitAhead.With($"The follower '{follower.Name}'", position, "the data folder", log.Last));

    public string Name => _follower.Name;

    /// <summary>The last commit the follower has taken.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Durable commits the follower has not taken yet.</summary>
    public long Lag => Math.Max(0, _log.Last - Position);

    public FollowerState State
    {
        get
        {
            FailureCount failures = Volatile.Read(ref _failures);
            return new FollowerState(Name, Position, Lag, failures.Count, failures.Last);
        }
    }

    /// <summary>Completes once the follower has taken <paramref name="commit"/>.</summary>
    /// <exception cref="ObjectDisposedException">The loop ended before.</exception>
    /// <exception cref="GemelException">The follower cannot get there and trying again does not help: the journal is damaged, or a gap lies before it.</exception>
    public Task WaitAsync(long commit, CancellationToken cancellationToken) => _taken.WaitAsync(commit, cancellationToken);

    /// <summary>Ends the loop after the call in progress and saves the position.</summary>
    /// <exception cref="GemelException">GMJ020 or GMJ021, the position could not be saved: some commits will come again.</exception>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        _stop.Dispose();
        _taken.Close();
        SavePosition(atOnce: true);
    }

    private async Task RunAsync()
    {
        CancellationToken stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (GemelException trimmed) when (trimmed.Error.Code == JournalErrors.CommitTrimmed && _log.First > Position + 1)
            {
                // Trimmed while it was reading: the next round begins with the gap.
            }
            catch (Exception failure)
            {
                await PauseAsync(failure, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        if (_log.First is var first && first > Position + 1)
        {
            await _follower.OnGapAsync(Position + 1, first - 1, stop).ConfigureAwait(false);
            Advance(first - 1);
        }
        using CommitReader reader = _log.ReadFrom(Position + 1);
        while (true)
        {
            IReadOnlyList<CommitRecord> batch = reader.ReadBatch(_options.BatchRecords, _options.BatchBytes);
            if (batch.Count == 0)
            {
                await WaitForNextAsync(reader, stop).ConfigureAwait(false);
                continue;
            }
            await _follower.ApplyAsync(batch, stop).ConfigureAwait(false);
            Advance(reader.Next - 1);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits for the next commit; while a position waits to be saved, no longer than until that is due.</summary>
    private async Task WaitForNextAsync(CommitReader reader, CancellationToken stop)
    {
        if (_positions is null || Position == _saved)
        {
            await reader.WaitAsync(stop).ConfigureAwait(false);
            return;
        }
        TimeSpan remaining = _options.SaveEvery - _clock.GetElapsedTime(_savedAt);
        if (remaining > TimeSpan.Zero)
        {
            using var due = new CancellationTokenSource(remaining, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, due.Token);
            try
            {
                await reader.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (due.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                // Nothing came in the meantime; the position is due.
            }
        }
        SavePosition(atOnce: false);
    }

    private void Advance(long position)
    {
        Volatile.Write(ref _position, position);
        if (_failures.Count > 0)
        {
            Volatile.Write(ref _failures, new FailureCount(0, null));
        }
        _taken.Advance(position);
        SavePosition(atOnce: false);
    }

    private void SavePosition(bool atOnce)
    {
        if (_positions is null || Position == _saved || (!atOnce && _clock.GetElapsedTime(_savedAt) < _options.SaveEvery))
        {
            return;
        }
        _positions.SetPosition(Name, Position);
        (_saved, _savedAt) = (Position, _clock.GetTimestamp());
    }

    private async Task PauseAsync(Exception failure, CancellationToken stop)
    {
        int count = _failures.Count + 1;
        Volatile.Write(ref _failures, new FailureCount(count, failure));
        if (failure is GemelException { IsRetryable: false } damage)
        {
            _taken.Fail(damage);
        }
        double factor = Math.Pow(2, Math.Min(count - 1, 30));
        var pause = TimeSpan.FromTicks((long)Math.Min(_options.LongestRetry.Ticks, _options.FirstRetry.Ticks * factor));
        await Task.Delay(pause, _clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
