namespace Gemel.Journal;

/// <summary>An open file, read and written at offsets. Not safe for concurrent writers.</summary>
public interface IJournalFile : IDisposable
{
    /// <summary>In bytes.</summary>
    long Length { get; }

    /// <summary>Reads up to <paramref name="buffer"/>'s length; fewer only at the end of the file, 0 beyond it.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes all bytes, growing the file. Not durable before <see cref="Sync"/>; after a failure any part may be written.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    void Truncate(long length);

    /// <summary>Waits until contents and length are on the disk.</summary>
    /// <remarks>After a failure the file must not be trusted again beyond what an earlier call made durable: the operating system
    /// may have dropped the unwritten pages and still report success to the next call.</remarks>
    void Sync();
}
