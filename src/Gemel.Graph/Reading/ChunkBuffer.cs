namespace Gemel.Graph;

/// <summary>Rows of one chunk at one commit, filled by <see cref="ShardSnapshotReader.ReadChunk"/>; reusable.</summary>
public sealed class ChunkBuffer
{
    private readonly Twin[] _twins = new Twin[TwinTable.LargestChunkRows];
    private ColumnBuffer[] _columns = [];
    private int _columnCount;

    /// <summary>Asks the reader for qualities and times too, not only values.</summary>
    public bool WithDetails { get; init; }

    /// <summary>Rows filled.</summary>
    public int Count { get; internal set; }

    /// <summary>The twin of each row. Only its id, key and schema may be asked without the gate.</summary>
    public ReadOnlySpan<Twin> Twins => _twins.AsSpan(0, Count);

    /// <summary>In the order of the columns asked for.</summary>
    public ReadOnlySpan<ColumnBuffer> Columns => _columns.AsSpan(0, _columnCount);

    internal Span<Twin> Rows => _twins;

    internal void Begin(int columns)
    {
        Count = 0;
        _columnCount = columns;
        int before = _columns.Length;
        if (before < columns)
        {
            Array.Resize(ref _columns, columns);
            for (int i = before; i < columns; i++)
            {
                _columns[i] = new ColumnBuffer();
            }
        }
    }
}

/// <summary>One column of a <see cref="ChunkBuffer"/>; arrays are valid up to <see cref="ChunkBuffer.Count"/>.</summary>
public sealed class ColumnBuffer
{
    /// <summary>Values of kinds held in 64 bits.</summary>
    public long[] Bits { get; } = new long[TwinTable.LargestChunkRows];

    /// <summary>Whether the row has a value.</summary>
    public bool[] HasValue { get; } = new bool[TwinTable.LargestChunkRows];

    /// <summary>Values of Text and Json, not to be changed; null for other kinds.</summary>
    public byte[]?[] Texts { get; } = new byte[]?[TwinTable.LargestChunkRows];

    /// <summary>With details: the quality of the samples themselves, without what is added at reading.</summary>
    public Quality[] Qualities { get; } = new Quality[TwinTable.LargestChunkRows];

    /// <summary>With details: source ticks of the present value; 0 where it has none.</summary>
    public long[] Sources { get; } = new long[TwinTable.LargestChunkRows];

    /// <summary>With details: server ticks.</summary>
    public long[] Servers { get; } = new long[TwinTable.LargestChunkRows];
}
