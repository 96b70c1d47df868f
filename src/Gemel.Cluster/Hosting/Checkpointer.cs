using System.Buffers;
using Gemel.Graph;
using Gemel.Journal;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>Writes a checkpoint from time to time, and trims the journal behind it.</summary>
/// <remarks>A commit is pinned while its state is written chunk by chunk; writers go on, and leave undo for it.</remarks>
internal sealed class Checkpointer : IAsyncDisposable
{
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    private readonly CheckpointStore _store;
    private readonly CommitLog _log;
    private readonly ShardSet _shards;
    private readonly CatalogOwner _catalog;
    private readonly DurableClock _durable;
    private readonly SnapshotPins _pins;
    private readonly Func<long> _neededByFollowers;
    private readonly InstanceOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    // Neither is disposed of (they hold nothing of the system): whoever comes after the stop is told so by them.
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ArrayBufferWriter<byte> _slice = new(64 << 10);
    private Task _run = Task.CompletedTask;
    private long _bytesAtLast;
    private long _timeOfLast;
    private string? _failure;
    // What the newest checkpoint has as catalog; null where this process has written none.
    private Catalog? _catalogOfLast;

    /// <param name="neededByFollowers">The last commit that every follower has taken.</param>
    public Checkpointer(
        CheckpointStore store, CommitLog log, ShardSet shards, CatalogOwner catalog, DurableClock durable, SnapshotPins pins,
        Func<long> neededByFollowers, InstanceOptions options, TimeProvider clock, ILogger logger)
    {
        (_store, _log, _shards, _catalog, _durable, _pins) = (store, log, shards, catalog, durable, pins);
        (_neededByFollowers, _options, _clock, _logger) = (neededByFollowers, options, clock, logger);
        (_bytesAtLast, _timeOfLast) = (log.Bytes, clock.GetTimestamp());
    }

    /// <summary>The commit of the newest checkpoint; 0 before the first.</summary>
    public long Commit => _store.Latest?.Commit ?? 0;

    /// <summary>Why the last attempt failed; null where it did not.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    public void Start() => _run = Task.Run(RunAsync);

    /// <summary>Writes a checkpoint of the newest durable commit, unless the newest one is of it already.</summary>
    /// <exception cref="GemelException">The disk refused, the checkpoint before still holds; or GMC002, the instance stops.</exception>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken);
        try
        {
            await _writing.WaitAsync(either.Token).ConfigureAwait(false);
            await WriteOneAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GemelException(ClusterErrors.Stopping.With());
        }
    }

    /// <summary>Stops what is being written, and lets nobody begin: the shards are freed next.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        await _writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task WriteOneAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteNewestAsync(cancellationToken).ConfigureAwait(false);
            Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new GemelException(JournalErrors.WriteFailed.With("the checkpoint", failure.Message), failure);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task RunAsync()
    {
        TimeSpan look = TimeSpan.FromTicks(Math.Clamp(_options.CheckpointInterval.Ticks, ShortestLook.Ticks, LongestLook.Ticks));
        using PeriodicTimer timer = new(look, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                if (IsDue())
                {
                    await TryWriteAsync().ConfigureAwait(false);
                }
            }
        }
        catch (Exception stopped) when (_stop.IsCancellationRequested && stopped is OperationCanceledException or GemelException)
        {
            // Stopping: the journal holds what no checkpoint has yet.
        }
    }

    private bool IsDue() =>
        _durable.Commit > Commit
        && (_log.Bytes - _bytesAtLast >= _options.CheckpointBytes || _clock.GetElapsedTime(_timeOfLast) >= _options.CheckpointInterval);

    private async Task TryWriteAsync()
    {
        try
        {
            await WriteAsync(CancellationToken.None).ConfigureAwait(false);
            Volatile.Write(ref _failure, null);
        }
        catch (Exception failure) when (!_stop.IsCancellationRequested)
        {
            // The next turn tries again; until then whoever asks for the followers sees why.
            Volatile.Write(ref _failure, failure.Message);
            Log.CheckpointFailed(_logger, _durable.Commit, failure);
        }
    }

    private async Task WriteNewestAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            (long commit, IDisposable pin) = _pins.PinNewest(_durable);
            using (pin)
            {
                if (commit <= Commit)
                {
                    return;
                }
                // Read after the commit, the catalog is that commit's or a later one's: it is published first. A later one must not
                // get into this checkpoint, for its change would be replayed on top of it; its commit is a moment away.
                Catalog catalog = _catalog.Durable;
                if (catalog.Commit <= commit)
                {
                    Write(commit, catalog, cancellationToken);
                    return;
                }
            }
            await _durable.WaitBeyond(commit).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the state at a commit that is pinned.</summary>
    private void Write(long commit, Catalog catalog, CancellationToken cancellationToken)
    {
        long started = _clock.GetTimestamp();
        (RecordHash hash, Timestamp time) = HeadOf(commit);
        using CheckpointWriter writer = _store.Begin(commit, hash, time);
        WriteCatalog(catalog, writer);
        for (int number = 0; number < _shards.All.Count; number++)
        {
            using Stream part = writer.CreatePart($"{Recovery.ShardPartPrefix}{number}");
            WriteShard(_shards.All[number], commit, part, cancellationToken);
        }
        writer.Complete();
        _catalogOfLast = catalog;
        (_bytesAtLast, _timeOfLast) = (_log.Bytes, _clock.GetTimestamp());
        Log.CheckpointWritten(_logger, commit, _shards.All.Sum(shard => (long)shard.Directory.Count), _clock.GetElapsedTime(started));
    }

    /// <summary>Models and devices change seldom and may be many: where they have not, the part is the one before's.</summary>
    private void WriteCatalog(Catalog catalog, CheckpointWriter writer)
    {
        if (ReferenceEquals(catalog, _catalogOfLast))
        {
            writer.SharePart(_store.Latest!.FindPart(Recovery.CatalogPart)!);
            return;
        }
        using Stream part = writer.CreatePart(Recovery.CatalogPart);
        part.Write(CatalogCodec.Write(catalog));
    }

    private (RecordHash Hash, Timestamp Time) HeadOf(long commit)
    {
        using CommitReader reader = _log.ReadFrom(commit);
        reader.TryRead(out CommitRecord record);
        return (record.Hash, record.Time);
    }

    private void WriteShard(Shard shard, long commit, Stream part, CancellationToken cancellationToken)
    {
        ShardCheckpointWriter writer = new(shard, commit);
        _slice.ResetWrittenCount();
        while (writer.WriteNext(_slice))
        {
            cancellationToken.ThrowIfCancellationRequested();
            part.Write(_slice.WrittenSpan);
            _slice.ResetWrittenCount();
        }
    }

    /// <summary>Drops what checkpoint and followers hold and no stream may ask for any more.</summary>
    private void Trim()
    {
        long young = _log.FindFirstSince(Timestamp.From(_clock.GetUtcNow()).Add(-_options.JournalRetention));
        _log.TrimTo(Math.Min(young, Math.Min(Commit, _neededByFollowers()) + 1));
    }
}
