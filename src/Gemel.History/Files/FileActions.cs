namespace Gemel.History;

/// <summary>The steps on the real file system.</summary>
internal sealed class FileActions : IFileActions
{
    public void WriteAt(string path, long offset, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        file.SetLength(offset);
        file.Position = offset;
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    public void Sync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read);
        file.Flush(flushToDisk: true);
    }

    public void SyncDirectory(string path) => DirectorySync.Sync(path);

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);
}
