namespace Gemel.History;

/// <summary>65,536 rows of the hot table.</summary>
/// <remarks>Rows lie whole, for they are written and gathered whole; the series stand once more as a column, for scans compare only these.</remarks>
internal sealed class HotBlock
{
    public const int RowBits = 16;
    public const int Rows = 1 << RowBits;

    public readonly int[] Series = new int[Rows];
    public readonly HotRow[] Row = new HotRow[Rows];
}
