namespace Gemel.History;

/// <summary>A hot table that takes no more rows and waits for being written.</summary>
/// <param name="Commit">The last commit in it, or before it where it is empty.</param>
/// <param name="SeriesCount">Series known when it was sealed: above every series number in it.</param>
internal sealed record SealedTable(HotTable Table, HotView View, long Commit, int SeriesCount);
