using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Gemel.Query;

/// <summary>The next row of a query, in the order of one process at one commit: it means something only together with both.</summary>
/// <param name="Shard">Number in the list of shards.</param>
/// <param name="Table">Number of the table in the shard; where the query names its rows by id, 0.</param>
/// <param name="Chunk">Number of the chunk in the table; where the query names its rows by id, the number of the id.</param>
/// <param name="Row">Number among the rows that the commit sees in the chunk.</param>
/// <param name="Item">Number of the relationship of that row; 0 for twins.</param>
/// <param name="Returned">Rows on all pages before, for TOP.</param>
public readonly record struct QueryPosition(int Shard, int Table, int Chunk, int Row, int Item, long Returned)
{
    /// <summary>Bytes that <see cref="Write"/> takes.</summary>
    public const int Length = (5 * sizeof(int)) + sizeof(long);

    public static QueryPosition Start => default;

    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, Shard);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], Table);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Chunk);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], Row);
        BinaryPrimitives.WriteInt32LittleEndian(destination[16..], Item);
        BinaryPrimitives.WriteInt64LittleEndian(destination[20..], Returned);
    }

    /// <returns>False where the bytes are too few or a number is negative.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out QueryPosition? position)
    {
        position = bytes.Length < Length ? null : new QueryPosition(
            BinaryPrimitives.ReadInt32LittleEndian(bytes),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[20..]));
        return position is { Shard: >= 0, Table: >= 0, Chunk: >= 0, Row: >= 0, Item: >= 0, Returned: >= 0 };
    }
}
