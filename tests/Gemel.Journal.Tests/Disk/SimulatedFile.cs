namespace Gemel.Journal.Tests;

internal sealed class SimulatedFile(SimulatedDisk disk, SimulatedContents contents, bool writable) : IJournalFile
{
    private bool _closed;

    public long Length => Open().Seen.Length;

    public int Read(Span<byte> buffer, long offset)
    {
        disk.Step();
        byte[] seen = Open().Seen;
        int length = (int)Math.Max(0, Math.Min(buffer.Length, seen.Length - offset));
        seen.AsSpan((int)Math.Min(offset, seen.Length), length).CopyTo(buffer);
        return length;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        byte[] copy = bytes.ToArray();
        disk.Step(Changing(), random => contents.Write(copy[..random.Next(copy.Length + 1)], offset));
        disk.ThrowIfFull(offset + copy.Length - contents.Seen.Length);
        contents.Write(copy, offset);
    }

    public void Truncate(long length)
    {
        disk.Step();
        Changing().Truncate(length);
    }

    public void Sync()
    {
        disk.Step(Changing(), contents.SyncPartly);
        contents.Sync();
    }

    public void Dispose() => _closed = true;

    private SimulatedContents Open()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return contents;
    }

    private SimulatedContents Changing() => writable ? Open() : throw new UnauthorizedAccessException("The file was opened for reading.");
}
