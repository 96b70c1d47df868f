using Gemel.Graph;
using Gemel.History;
using Gemel.Ingest;
using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary>How an instance runs.</summary>
public sealed record InstanceOptions
{
    /// <summary>Shards of a new data folder; a folder that has a checkpoint keeps the number it was written with.</summary>
    public int Shards { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 16);

    /// <summary>The disk that journal and checkpoints lie on.</summary>
    public IJournalFiles Files { get; init; } = DiskFiles.Instance;

    public ShardOptions Shard { get; init; } = new();

    public IngestOptions Ingest { get; init; } = new();

    public CommitLogOptions Journal { get; init; } = CommitLogOptions.Default;

    public HistoryOptions History { get; init; } = new();

    /// <summary>Below this much free space device data is refused.</summary>
    public ReservedSpace DiskReserve { get; init; } = ReservedSpace.None;

    /// <summary>Says how much is free.</summary>
    public IDiskSpace DiskSpace { get; init; } = DriveSpace.Instance;

    public BackupOptions Backups { get; init; } = new();

    public RejectionOptions Rejections { get; init; } = new();

    /// <summary>Batches that may wait at one shard; a sender waits beyond that.</summary>
    public int BatchesPerShard { get; init; } = 128;

    /// <summary>Committed bytes that history may be behind before ingest is held back.</summary>
    public long HistoryLagBytes { get; init; } = 256L << 20;

    /// <summary>A checkpoint is written when the journal has grown by so much since the last one.</summary>
    public long CheckpointBytes { get; init; } = 256L << 20;

    /// <summary>A checkpoint is written at least so often while there are commits.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Commits younger than this stay in the journal for streams that resume.</summary>
    public TimeSpan JournalRetention { get; init; } = TimeSpan.FromDays(7);
}
