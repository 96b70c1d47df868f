using Gemel.Graph;
using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary>Makes the state again: the newest checkpoint, then the commits after it.</summary>
internal sealed class Recovery(InstanceOptions options, TimeProvider clock)
{
    public const string CatalogPart = "catalog";
    public const string ShardPartPrefix = "shard-";

    private long _done;
    private long _all = 1;

    /// <summary>Share of the commits that are replayed, 0 to 1.</summary>
    public double Progress => Math.Min(1, (double)Volatile.Read(ref _done) / Volatile.Read(ref _all));

    public RecoveredState Run(CommitLog log, CheckpointStore checkpoints, CancellationToken cancellationToken) =>
        Replay(log, Restore(checkpoints), cancellationToken);

    /// <summary>Makes the state of the newest checkpoint; an empty one before the first.</summary>
    /// <exception cref="GemelException">The checkpoint is damaged or cannot be read.</exception>
    public RestoredCheckpoint Restore(CheckpointStore checkpoints)
    {
        long started = clock.GetTimestamp();
        Checkpoint? checkpoint = checkpoints.Latest;
        CatalogOwner catalog = new(checkpoint is null ? Catalog.Empty : CatalogCodec.Read(ReadAll(checkpoints, checkpoint.FindPart(CatalogPart)!)));
        ShardSet shards = NewShards(checkpoint);
        ReplayContext context = new(
            id => catalog.Durable.Models.TryGetSchema(id, out Modeling.TwinSchema? schema) ? schema : null, shards.OfSlot);
        if (checkpoint is not null)
        {
            new CheckpointLoad(checkpoints, checkpoint, shards, context).Run();
        }
        return new RestoredCheckpoint(checkpoint?.Commit ?? 0, shards, catalog, context, clock.GetElapsedTime(started));
    }

    /// <summary>Brings the state of a checkpoint up to the last commit.</summary>
    /// <exception cref="GemelException">The journal is damaged, cannot be read, or ends before the checkpoint.</exception>
    public RecoveredState Replay(CommitLog log, RestoredCheckpoint restored, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp();
        long replayed = ReplayTail(log, restored, cancellationToken);
        foreach (Shard shard in restored.Shards.All)
        {
            lock (shard.Gate)
            {
                shard.CompleteReplay(log.Last);
            }
        }
        return new RecoveredState(restored.Shards, restored.Catalog, restored.Commit, replayed, restored.Elapsed + clock.GetElapsedTime(started));
    }

    private ShardSet NewShards(Checkpoint? checkpoint)
    {
        int count = checkpoint?.Parts.Count(part => part.Name.StartsWith(ShardPartPrefix, StringComparison.Ordinal)) ?? options.Shards;
        Timestamp now = Timestamp.From(clock.GetUtcNow());
        return new ShardSet([.. Enumerable.Range(0, count).Select(_ => new Shard(options.Shard, checkpoint?.Commit ?? 0, now))]);
    }

    private long ReplayTail(CommitLog log, RestoredCheckpoint restored, CancellationToken cancellationToken)
    {
        long after = restored.Commit;
        if (after > log.Last)
        {
            throw new GemelException(JournalErrors.CommitAhead.With("The checkpoint", after, "the data folder", log.Last));
        }
        Volatile.Write(ref _all, Math.Max(1, log.Last - after));
        using TailReplay replay = new(restored.Shards, restored.Catalog, restored.Context);
        using CommitReader reader = log.ReadFrom(after + 1);
        while (reader.ReadBatch() is { Count: > 0 } records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (CommitRecord record in records)
            {
                replay.Add(record);
            }
            Volatile.Write(ref _done, reader.Next - 1 - after);
        }
        replay.Complete();
        return log.Last - after;
    }

    private static byte[] ReadAll(CheckpointStore checkpoints, CheckpointPart part)
    {
        using Stream stream = checkpoints.OpenPart(part);
        byte[] bytes = new byte[part.Bytes];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <param name="Checkpoint">The commit the checkpoint was of; 0 where there was none.</param>
/// <param name="Replayed">Commits replayed after it.</param>
internal sealed record RecoveredState(ShardSet Shards, CatalogOwner Catalog, long Checkpoint, long Replayed, TimeSpan Elapsed);

/// <param name="Commit">That the checkpoint was of; 0 where there was none.</param>
/// <param name="Context">Finds the schemas and shards of the state.</param>
internal sealed record RestoredCheckpoint(long Commit, ShardSet Shards, CatalogOwner Catalog, ReplayContext Context, TimeSpan Elapsed);
