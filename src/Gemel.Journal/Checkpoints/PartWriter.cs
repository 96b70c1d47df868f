using System.Buffers;
using System.IO.Hashing;

namespace Gemel.Journal;

/// <summary>Writes a part front to back through a buffer, hashing on the way; synced when disposed.</summary>
internal sealed class PartWriter(IJournalFile file, string name, string fileName, Action<PartWriter, CheckpointPart> finished) : Stream
{
    private readonly XxHash128 _hash = new();
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(256 << 10);
    private int _filled;
    private long _written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => _buffer is not null;

    public override long Length => _written + _filled;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        while (bytes.Length > 0)
        {
            int taken = Math.Min(bytes.Length, _buffer.Length - _filled);
            bytes[..taken].CopyTo(_buffer.AsSpan(_filled));
            _filled += taken;
            bytes = bytes[taken..];
            if (_filled == _buffer.Length)
            {
                Flush();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        if (_buffer is null || _filled == 0)
        {
            return;
        }
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, _filled);
        file.Write(bytes, _written);
        _hash.Append(bytes);
        _written += _filled;
        _filled = 0;
    }

    /// <summary>Gives the buffer and the file back; the part is not complete.</summary>
    public void Abandon()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            file.Dispose();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (!disposing || _buffer is null)
        {
            return;
        }
        try
        {
            Flush();
            file.Sync();
            finished(this, new CheckpointPart(name, fileName, _written, Convert.ToHexStringLower(_hash.GetCurrentHash())));
        }
        finally
        {
            Abandon();
        }
    }
}
