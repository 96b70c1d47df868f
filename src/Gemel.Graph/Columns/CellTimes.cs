namespace Gemel.Graph;

/// <summary>The two times of a cell, in ticks.</summary>
/// <param name="Source">The newest source time that a device sent, kept under later values without one; 0 none.</param>
/// <param name="Server">When the journal took the present sample.</param>
internal record struct CellTimes(long Source, long Server);
