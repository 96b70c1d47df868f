namespace Gemel.History;

/// <summary>65,536 rows of the hot table, column by column.</summary>
internal sealed class HotBlock
{
    public const int RowBits = 16;
    public const int Rows = 1 << RowBits;

    public readonly int[] Series = new int[Rows];
    public readonly long[] Time = new long[Rows];
    public readonly long[] Server = new long[Rows];
    public readonly long[] Commit = new long[Rows];
    /// <summary>The value's bits; for text, JSON and enum values the position in the table's <see cref="TextArena"/>.</summary>
    public readonly long[] Bits = new long[Rows];
    public readonly byte[] Kind = new byte[Rows];
    public readonly byte[] Quality = new byte[Rows];
    public readonly byte[] Flags = new byte[Rows];
}
