namespace Gemel.History;

/// <summary>What the footer says of one row group; times in ticks.</summary>
internal readonly record struct RowGroup(int Rows, int MinSeries, int MaxSeries, long MinTime, long MaxTime);
