namespace Gemel.Graph;

/// <summary>What a shard believes of times and how long values count as fresh.</summary>
public sealed record ShardOptions
{
    /// <summary>A source time further ahead of server time is not believed.</summary>
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A sample older than this when it arrives is backfill.</summary>
    public TimeSpan LiveWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A source time before this is not believed.</summary>
    public Timestamp OldestTime { get; init; } = new(new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);

    /// <summary>What is allowed beyond the expected interval before a value is stale.</summary>
    public TimeSpan StaleGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a lost device's values stay as they are.</summary>
    public TimeSpan CommLostGrace { get; init; } = TimeSpan.FromSeconds(10);
}
