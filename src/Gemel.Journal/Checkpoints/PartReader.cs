using System.IO.Hashing;

namespace Gemel.Journal;

/// <summary>Reads a part of a checkpoint once, from its beginning to its end, and compares its checksum on the way.</summary>
/// <param name="damaged">Makes the failure of what is wrong with the part.</param>
internal sealed class PartReader(IJournalFile file, string path, CheckpointPart part, Func<string, GemelException> damaged) : Stream
{
    private readonly XxHash128 _hash = new();
    private long _position;
    private bool _isCompared;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => part.Bytes;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int read = ReadFile(buffer[..(int)Math.Min(buffer.Length, part.Bytes - _position)]);
        _hash.Append(buffer[..read]);
        _position += read;
        if (_position == part.Bytes && !_isCompared)
        {
            Compare();
        }
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }
        base.Dispose(disposing);
    }

    private int ReadFile(Span<byte> buffer)
    {
        try
        {
            int read = buffer.IsEmpty ? 0 : file.Read(buffer, _position);
            return read > 0 || buffer.IsEmpty ? read : throw damaged($"has {_position} bytes, {part.Bytes} were written");
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(path, failure.Message), failure);
        }
    }

    private void Compare()
    {
        string found = Convert.ToHexStringLower(_hash.GetCurrentHash());
        if (found != part.Checksum)
        {
            throw damaged($"has the checksum {found}, {part.Checksum} was written");
        }
        _isCompared = true;
    }
}
