namespace Gemel.Graph;

/// <summary>A value that a write sets, checked by the writer against the column's schema.</summary>
/// <param name="Bits">Of kinds held in 64 bits.</param>
/// <param name="Text">Of Text and Json, kept and not to be changed any more.</param>
/// <param name="Source">Source time to show; none where the write gives none.</param>
internal readonly record struct CellValue(long Bits, byte[]? Text, Timestamp Source)
{
    public Quality Quality { get; init; }

    /// <summary>Null where none is given.</summary>
    public string? Reason { get; init; }
}
