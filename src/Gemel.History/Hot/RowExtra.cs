namespace Gemel.History;

/// <summary>What only few rows have.</summary>
/// <param name="Row">Row in the table; ascending within a list of extras.</param>
/// <param name="ClaimedTime">Ticks; 0 for none.</param>
internal readonly record struct RowExtra(int Row, string? Reason, long ClaimedTime);
