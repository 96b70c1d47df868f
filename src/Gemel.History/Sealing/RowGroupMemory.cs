namespace Gemel.History;

/// <summary>The memory in which the row groups of a file are put together, for one file after the other.</summary>
/// <remarks>Owned by one thread and one open file at a time.</remarks>
internal sealed class RowGroupMemory
{
    /// <summary>Rows of the next row group.</summary>
    public RowBatch Pending { get; } = new();

    public NameColumn Names { get; } = new();

    public ColumnBuffer<long> Longs { get; } = new();

    public ColumnBuffer<ulong> Keys { get; } = new();

    public ColumnBuffer<double> Doubles { get; } = new();

    public ColumnBuffer<int> Integers { get; } = new();

    public ColumnBuffer<byte> Text { get; } = new();

    public ColumnBuffer<byte> TextRows { get; } = new();
}
