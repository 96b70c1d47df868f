using System.Buffers;

namespace Gemel.Graph;

/// <summary>The bytes that a shard adds to one commit: zero or more <c>groups</c> fields of the message
/// <c>gemel.v1.Commit</c>, so that the bytes of several shards concatenated are one message.</summary>
/// <remarks>The holder owns the pooled buffer and gives it back by <see cref="Dispose"/>, after which the payload must not be read.</remarks>
public sealed class SealedChanges(long commit, byte[] buffer, int length) : IDisposable
{
    private byte[]? _buffer = buffer;

    /// <summary>The commit these changes belong to.</summary>
    public long Commit { get; } = commit;

    public bool IsEmpty => length == 0;

    /// <exception cref="ObjectDisposedException">The buffer was given back.</exception>
    public ReadOnlyMemory<byte> Payload
    {
        get
        {
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            return _buffer.AsMemory(0, length);
        }
    }

    public void Dispose()
    {
        byte[]? buffer = Interlocked.Exchange(ref _buffer, null);
        if (buffer is { Length: > 0 })
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
