namespace Gemel.Journal;

/// <summary>Sizes of the commit log, all in bytes.</summary>
public sealed record CommitLogOptions
{
    public static CommitLogOptions Default { get; } = new();

    /// <summary>A journal file is closed before a record that would make it larger than this; one record always fits.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>The newest records kept in memory for followers at the head; at least the last record is kept.</summary>
    public long TailBytes { get; init; } = 32L << 20;

    /// <summary>Largest payload of one record; at most 1 GiB.</summary>
    public int MaxPayloadBytes { get; init; } = 256 << 20;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, SegmentHeader.Size + RecordFormat.HeaderSize);
        ArgumentOutOfRangeException.ThrowIfNegative(TailBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPayloadBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPayloadBytes, 1 << 30);
    }
}
