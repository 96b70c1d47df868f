namespace Gemel.History;

/// <summary>How the history store trades memory, file sizes and work; the defaults suit a server of any size.</summary>
public sealed record HistoryOptions
{
    /// <summary>Rows of the hot table at which it is sealed; a row takes about 40 bytes beside its text.</summary>
    public int HotRows { get; init; } = 2_000_000;

    /// <summary>Bytes of text, JSON and lifecycle documents in the hot table at which it is sealed.</summary>
    public long HotTextBytes { get; init; } = 256L << 20;

    /// <summary>Age of the oldest row at which the hot table is sealed; bounds what is replayed after a crash.</summary>
    public TimeSpan HotAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Sealed tables that may wait for being written before <see cref="HistoryStore.EndCommitAsync"/> holds the
    /// writer back.</summary>
    public int WaitingTables { get; init; } = 2;

    /// <summary>Rows of one row group: the least that a read decodes.</summary>
    public int RowGroupRows { get; init; } = 131_072;

    /// <summary>Files of like size in a month at which they are merged into one.</summary>
    public int CompactionFanIn { get; init; } = 8;

    /// <summary>Rows beyond which a file is not merged any more.</summary>
    public long CompactedRows { get; init; } = 16_000_000;

    /// <summary>Age of source time beyond which files are dropped; null keeps everything. A file goes when its newest sample
    /// is older.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Wait before a failed write is tried again.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <exception cref="GemelException">GMH001, a setting is out of its range.</exception>
    internal void Validate()
    {
        Require(HotRows is >= 1 and <= 100_000_000, nameof(HotRows), HotRows, "1 to 100000000");
        Require(HotTextBytes >= 1 << 10, nameof(HotTextBytes), HotTextBytes, "at least 1024");
        Require(HotAge > TimeSpan.Zero, nameof(HotAge), HotAge, "above zero");
        Require(WaitingTables is >= 1 and <= 64, nameof(WaitingTables), WaitingTables, "1 to 64");
        Require(RowGroupRows is >= 1 and <= 10_000_000, nameof(RowGroupRows), RowGroupRows, "1 to 10000000");
        Require(CompactionFanIn is >= 2 and <= 64, nameof(CompactionFanIn), CompactionFanIn, "2 to 64");
        Require(CompactedRows >= 1, nameof(CompactedRows), CompactedRows, "at least 1");
        Require(Retention is not { Ticks: <= 0 }, nameof(Retention), Retention, "above zero");
        Require(RetryDelay > TimeSpan.Zero, nameof(RetryDelay), RetryDelay, "above zero");
    }

    private static void Require(bool holds, string name, object? value, string rule)
    {
        if (!holds)
        {
            throw new GemelException(HistoryErrors.InvalidOption.With(name, value, rule));
        }
    }
}
