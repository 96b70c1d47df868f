namespace Gemel.Cluster;

/// <summary>The times that stand in where a reader names no bound; all samples lie between them.</summary>
internal static class HistoryBounds
{
    public static readonly Timestamp First = new(new DateTime(1678, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);

    public static readonly Timestamp End = new(new DateTime(2262, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);
}
