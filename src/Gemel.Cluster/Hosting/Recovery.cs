using System.Buffers;
using Gemel.Graph;
using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary>Makes the state again: the newest checkpoint, then the commits after it.</summary>
internal sealed class Recovery(InstanceOptions options, TimeProvider clock)
{
    public const string CatalogPart = "catalog";
    public const string ShardPartPrefix = "shard-";

    private const int ReadBytes = 1 << 20;

    private long _done;
    private long _all = 1;

    /// <summary>Share of the commits that are replayed, 0 to 1.</summary>
    public double Progress => Math.Min(1, (double)Volatile.Read(ref _done) / Volatile.Read(ref _all));

    public RecoveredState Run(CommitLog log, CheckpointStore checkpoints, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp();
        Checkpoint? checkpoint = checkpoints.OpenLatest();
        CatalogOwner catalog = new(checkpoint is null ? Catalog.Empty : CatalogCodec.Read(ReadAll(checkpoints, checkpoint.FindPart(CatalogPart)!)));
        ShardSet shards = NewShards(checkpoint);
        ReplayContext context = new(
            id => catalog.Durable.Models.TryGetSchema(id, out Modeling.TwinSchema? schema) ? schema : null, shards.OfSlot);
        if (checkpoint is not null)
        {
            ReadShards(checkpoints, checkpoint, shards, context);
        }
        long replayed = Replay(log, checkpoint?.Commit ?? 0, catalog, context, cancellationToken);
        foreach (Shard shard in shards.All)
        {
            lock (shard.Gate)
            {
                shard.CompleteReplay(log.Last);
            }
        }
        return new RecoveredState(shards, catalog, checkpoint?.Commit ?? 0, replayed, clock.GetElapsedTime(started));
    }

    private ShardSet NewShards(Checkpoint? checkpoint)
    {
        int count = checkpoint?.Parts.Count(part => part.Name.StartsWith(ShardPartPrefix, StringComparison.Ordinal)) ?? options.Shards;
        Timestamp now = Timestamp.From(clock.GetUtcNow());
        return new ShardSet([.. Enumerable.Range(0, count).Select(_ => new Shard(options.Shard, checkpoint?.Commit ?? 0, now))]);
    }

    private static void ReadShards(CheckpointStore checkpoints, Checkpoint checkpoint, ShardSet shards, ReplayContext context)
    {
        List<ShardCheckpointReader> readers = [];
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        for (int number = 0; number < shards.All.Count; number++)
        {
            ShardCheckpointReader reader = new(shards.All[number], context);
            using Stream part = checkpoints.OpenPart(checkpoint.FindPart($"{ShardPartPrefix}{number}")!);
            lock (shards.All[number].Gate)
            {
                for (int read; (read = part.Read(buffer)) > 0;)
                {
                    reader.Read(buffer.AsSpan(0, read));
                }
            }
            readers.Add(reader);
        }
        ArrayPool<byte>.Shared.Return(buffer);
        readers.ForEach(reader => reader.Complete());
    }

    private long Replay(CommitLog log, long after, CatalogOwner catalog, ReplayContext context, CancellationToken cancellationToken)
    {
        if (after > log.Last)
        {
            throw new GemelException(JournalErrors.CommitAhead.With("The checkpoint", after, "the data folder", log.Last));
        }
        Volatile.Write(ref _all, Math.Max(1, log.Last - after));
        using CommitReader reader = log.ReadFrom(after + 1);
        while (reader.TryRead(out CommitRecord record))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReplayCatalog(record, catalog);
            Graph.Replay.Apply(record.Payload.Span, record.Commit, context);
            Volatile.Write(ref _done, record.Commit - after);
        }
        return log.Last - after;
    }

    private static void ReplayCatalog(CommitRecord record, CatalogOwner catalog)
    {
        ChangeReader changes = new(record.Payload.Span);
        while (changes.NextGroup())
        {
            if (!changes.Catalog.IsEmpty)
            {
                catalog.Replay(changes.Catalog, record.Commit);
            }
        }
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
