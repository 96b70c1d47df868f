using System.Buffers;

namespace Gemel.Journal;

/// <summary>The bytes of one appended record, shared by the log's tail and the readers that look at it; the last one gives it back to the pool.</summary>
internal sealed class RecordBuffer
{
    private readonly byte[] _array;
    private readonly int _length;
    private int _holders = 1;

    private RecordBuffer(byte[] array, int length) => (_array, _length) = (array, length);

    public int Length => _length;

    public long Commit => RecordFormat.ReadCommit(Bytes);

    public ReadOnlySpan<byte> Bytes => _array.AsSpan(0, _length);

    public RecordHash Hash { get; private set; }

    public CommitRecord Record => new(Commit, RecordFormat.ReadTime(Bytes), Hash, _array.AsMemory(RecordFormat.HeaderSize, _length - RecordFormat.HeaderSize));

    /// <summary>Copies the payload behind a sealed header; the caller is the first holder.</summary>
    public static RecordBuffer Seal(long commit, Timestamp time, RecordHash previous, IReadOnlyList<ReadOnlyMemory<byte>> payload, int payloadBytes)
    {
        int length = RecordFormat.HeaderSize + payloadBytes;
        byte[] array = ArrayPool<byte>.Shared.Rent(length);
        Span<byte> rest = array.AsSpan(RecordFormat.HeaderSize);
        for (int i = 0; i < payload.Count; i++)
        {
            payload[i].Span.CopyTo(rest);
            rest = rest[payload[i].Length..];
        }
        RecordFormat.Seal(array.AsSpan(0, length), commit, time, previous);
        return new RecordBuffer(array, length) { Hash = RecordHash.Of(array.AsSpan(0, length)) };
    }

    /// <summary>Call only while another holder keeps the buffer.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }
    }
}
