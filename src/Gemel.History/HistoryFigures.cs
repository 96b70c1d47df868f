namespace Gemel.History;

/// <summary>What the store holds at a moment, for metrics.</summary>
/// <param name="HotRows">Rows in memory, sealed ones that wait included.</param>
/// <param name="HotBlocks">Blocks of 65,536 rows allocated for them, free ones included.</param>
/// <param name="WaitingTables">Sealed tables not yet in files.</param>
/// <param name="FileRows">Rows in sample files, rows that only repeat or were corrected included.</param>
public sealed record HistoryFigures(long HotRows, int HotBlocks, int WaitingTables, int SampleFiles, long FileRows, long FileBytes, int LifecycleFiles, int Series);
