namespace Gemel.Journal;

/// <summary>Makes journal files.</summary>
internal static class SegmentWriter
{
    /// <summary>Makes a journal file without records. Its name is durable when it returns; the header becomes so with the first
    /// record, in the same sync. Before that a crash may leave a file without a header, which the next start drops.</summary>
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
