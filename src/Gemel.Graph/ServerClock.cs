namespace Gemel.Graph;

/// <summary>Server time of one shard: strictly ascending, whatever the clock outside does.</summary>
internal sealed class ServerClock
{
    /// <summary>The last time given, in ticks.</summary>
    public long Last { get; private set; }

    /// <summary>A time not before <paramref name="now"/> and after all given so far.</summary>
    public long Next(Timestamp now) => Last = Math.Max(now.Ticks, Last + 1);

    /// <summary>Takes note of a time given before a restart.</summary>
    public void Saw(long ticks) => Last = Math.Max(Last, ticks);
}
