using System.Buffers.Binary;

namespace Gemel.History;

/// <summary>Append-only UTF-8 beside the bits of its row; a position stays valid as long as the arena.</summary>
/// <remarks>Entry: bits (i64), length (i32), bytes. Threading: one writer; readers may read every entry whose position
/// they got after the writer published its row.</remarks>
internal sealed class TextArena
{
    private const int ChunkBytes = 1 << 20;
    private const int HeaderBytes = 12;

    // Invariant: chunks are never moved; the outer array is replaced when it grows.
    private byte[][] _chunks = [];
    private int _chunkCount;
    private int _used;

    /// <summary>Bytes held, entries' headers included.</summary>
    public long Bytes { get; private set; }

    /// <summary>Where the arena ends now.</summary>
    public TextMark Mark => new(_chunkCount, _used, Bytes);

    /// <summary>Forgets what came after <paramref name="mark"/>; no reader may know a position behind it.</summary>
    public void Cut(TextMark mark) => (_chunkCount, _used, Bytes) = (mark.Chunks, mark.Used, mark.Bytes);

    /// <returns>The position of the entry.</returns>
    public long Add(long bits, ReadOnlySpan<byte> text)
    {
        int size = HeaderBytes + text.Length;
        if (_chunkCount == 0 || _used + size > _chunks[_chunkCount - 1].Length)
        {
            AddChunk(Math.Max(ChunkBytes, size));
        }
        int offset = _used;
        Span<byte> entry = _chunks[_chunkCount - 1].AsSpan(offset, size);
        BinaryPrimitives.WriteInt64LittleEndian(entry, bits);
        BinaryPrimitives.WriteInt32LittleEndian(entry[8..], text.Length);
        text.CopyTo(entry[HeaderBytes..]);
        _used += size;
        Bytes += size;
        return ((long)(_chunkCount - 1) << 32) | (uint)offset;
    }

    public ReadOnlySpan<byte> Read(long position, out long bits)
    {
        ReadOnlySpan<byte> entry = Volatile.Read(ref _chunks)[(int)(position >> 32)].AsSpan((int)(uint)position);
        bits = BinaryPrimitives.ReadInt64LittleEndian(entry);
        return entry.Slice(HeaderBytes, BinaryPrimitives.ReadInt32LittleEndian(entry[8..]));
    }

    private void AddChunk(int size)
    {
        byte[][] chunks = _chunks;
        if (_chunkCount == chunks.Length)
        {
            Array.Resize(ref chunks, Math.Max(4, chunks.Length * 2));
        }
        chunks[_chunkCount++] = GC.AllocateUninitializedArray<byte>(size);
        Volatile.Write(ref _chunks, chunks);
        _used = 0;
    }
}

/// <param name="Used">Bytes used of the last chunk.</param>
internal readonly record struct TextMark(int Chunks, int Used, long Bytes);
