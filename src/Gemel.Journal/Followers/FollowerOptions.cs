namespace Gemel.Journal;

/// <summary>How a <see cref="FollowerLoop"/> batches, retries and saves.</summary>
public sealed record FollowerOptions
{
    public static FollowerOptions Default { get; } = new();

    /// <summary>Commits in one call, at most.</summary>
    public int BatchRecords { get; init; } = 1024;

    /// <summary>Bytes of records in one call; a larger single record still comes, alone.</summary>
    public long BatchBytes { get; init; } = 1 << 20;

    /// <summary>The pause after the first failure; it doubles with each failure that follows.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The position is saved when this has passed since it was last saved, and at the end; what lies between comes again after a crash.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(1);
}
