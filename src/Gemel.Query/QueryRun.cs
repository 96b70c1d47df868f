namespace Gemel.Query;

/// <summary>What one page of a query came to.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="Scanned">Twins or relationships looked at.</param>
/// <param name="Next">Where the next page begins, and a row is there; null after the last one.</param>
public readonly record struct QueryRun(int Rows, long Scanned, QueryPosition? Next);
