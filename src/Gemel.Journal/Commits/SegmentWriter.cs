namespace Gemel.Journal;

/// <summary>Makes journal files.</summary>
internal static class SegmentWriter
{
    /// <summary>Makes a journal file without records; file and name are durable when it returns.</summary>
    public static Segment Create(IJournalFiles files, string folder, SegmentHeader header)
    {
        using IJournalFile file = CreateOpen(files, folder, header, out Segment segment);
        return segment;
    }

    /// <inheritdoc cref="Create"/>
    public static IJournalFile CreateOpen(IJournalFiles files, string folder, SegmentHeader header, out Segment segment)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Size];
        header.Write(bytes);
        segment = new Segment(Path.Combine(folder, SegmentHeader.FileName(header.First)), header.First, SegmentHeader.Size);
        IJournalFile file = files.Create(segment.Path);
        try
        {
            file.Write(bytes, 0);
            file.Sync();
            files.SyncFolder(folder);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
