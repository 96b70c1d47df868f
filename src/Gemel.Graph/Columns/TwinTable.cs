using System.Collections.Immutable;
using System.Numerics;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>The rows of all twins of one schema in one shard, in chunks of 4, 8 … 256, 256 … rows.</summary>
/// <remarks>Small chunks first, for most schemas have few twins in a shard. A row keeps its place for its whole life.</remarks>
public sealed class TwinTable : IDisposable
{
    internal const int FirstChunkRows = 4;
    internal const int LargestChunkRows = 256;
    private const int FirstChunkBits = 2;
    private const int LargestChunkBits = 8;

    private readonly ImmutableArray<ValueKind> _kinds;
    private readonly bool[] _isProperty;
    private readonly Stack<int> _freeRows = [];
    private Chunk[] _chunks = [];
    private int _rows;

    internal TwinTable(TwinSchema schema)
    {
        Schema = schema;
        _kinds = [.. schema.Columns.Select(c => c.Kind)];
        _isProperty = [.. schema.Columns.Select(c => c.Role == ColumnRole.Property)];
    }

    public TwinSchema Schema { get; }

    /// <summary>Chunks there are; a reader that began before a newer one misses only rows its commit cannot see.</summary>
    public int ChunkCount => Volatile.Read(ref _chunks).Length;

    /// <summary>Rows of a chunk, used or not.</summary>
    public int ChunkRows(int chunk) => Volatile.Read(ref _chunks)[chunk].Capacity;

    internal int SchemaId => Schema.Id;

    /// <summary>Its values are texts in managed memory.</summary>
    internal bool IsManaged(int column) => _kinds[column] is ValueKind.Text or ValueKind.Json;

    internal bool IsProperty(int column) => _isProperty[column];

    internal ValueKind Kind(int column) => _kinds[column];

    internal Chunk Chunk(int chunk) => _chunks[chunk];

    internal Chunk ChunkOfRow(int row, out int offset)
    {
        int place = row + FirstChunkRows;
        if (place >= LargestChunkRows)
        {
            offset = place & (LargestChunkRows - 1);
            return _chunks[LargestChunkBits - FirstChunkBits - 1 + (place >> LargestChunkBits)];
        }
        int bits = BitOperations.Log2((uint)place);
        offset = place - (1 << bits);
        return _chunks[bits - FirstChunkBits];
    }

    internal int AllocateRow()
    {
        if (_freeRows.TryPop(out int row))
        {
            return row;
        }
        Chunk? last = _chunks.Length > 0 ? _chunks[^1] : null;
        int end = last is null ? 0 : last.FirstRow + last.Capacity;
        if (_rows == end)
        {
            int capacity = last is null ? FirstChunkRows : Math.Min(last.Capacity * 2, LargestChunkRows);
            Volatile.Write(ref _chunks, [.. _chunks, new Chunk(end, capacity, _kinds.AsSpan())]);
        }
        return _rows++;
    }

    /// <summary>Gives a row back; the caller knows that no snapshot sees it any more.</summary>
    internal void FreeRow(int row)
    {
        Chunk chunk = ChunkOfRow(row, out int offset);
        chunk.Twins[offset] = null;
        chunk.ClearRow(offset);
        _freeRows.Push(row);
    }

    public void Dispose()
    {
        foreach (Chunk chunk in _chunks)
        {
            chunk.Dispose();
        }
        _chunks = [];
    }
}
