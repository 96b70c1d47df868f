namespace Gemel.Graph;

/// <summary>All that a cell holds.</summary>
/// <param name="Reason">Code of <see cref="ReasonTable"/>; 0 none.</param>
/// <param name="WrittenSource">Source time of a write, in ticks; meaningful with <see cref="CellBits.WrittenSource"/>.</param>
internal readonly record struct CellState(long Bits, byte[]? Text, CellTimes Times, CellBits Flags, ushort Reason, long WrittenSource);
