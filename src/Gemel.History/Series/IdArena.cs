using System.Buffers.Binary;
using System.Text;

namespace Gemel.History;

/// <summary>Ids as UTF-8, one after the other, never removed: 2 bytes beyond each text.</summary>
/// <remarks>Entry: length (u16), bytes. Threading: one writer; others read entries whose place they got after it was published.</remarks>
internal sealed class IdArena
{
    // Below the size from which arrays are never moved.
    private const int ChunkBits = 16;
    private const int ChunkBytes = 1 << ChunkBits;

    private byte[][] _chunks = [];
    private int _chunkCount;
    private int _used = ChunkBytes;

    /// <returns>The place of the entry.</returns>
    public int Add(ReadOnlySpan<byte> utf8)
    {
        int size = sizeof(ushort) + utf8.Length;
        if (_used + size > ChunkBytes)
        {
            AddChunk();
        }
        int place = checked(((_chunkCount - 1) << ChunkBits) + _used);
        Span<byte> entry = _chunks[_chunkCount - 1].AsSpan(_used, size);
        BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)utf8.Length);
        utf8.CopyTo(entry[sizeof(ushort)..]);
        _used += size;
        return place;
    }

    public ReadOnlySpan<byte> Utf8(int place)
    {
        ReadOnlySpan<byte> entry = Volatile.Read(ref _chunks)[place >> ChunkBits].AsSpan(place & (ChunkBytes - 1));
        return entry.Slice(sizeof(ushort), BinaryPrimitives.ReadUInt16LittleEndian(entry));
    }

    public string Text(int place) => Encoding.UTF8.GetString(Utf8(place));

    private void AddChunk()
    {
        byte[][] chunks = _chunks;
        if (_chunkCount == chunks.Length)
        {
            Array.Resize(ref chunks, Math.Max(4, chunks.Length * 2));
        }
        chunks[_chunkCount++] = new byte[ChunkBytes];
        Volatile.Write(ref _chunks, chunks);
        _used = 0;
    }
}
