using Gemel.Journal;

namespace Gemel.Cluster.Tests;

/// <summary>The real disk, until it is told to be full: then every write and sync fails.</summary>
internal sealed class FailingFiles : IJournalFiles
{
    private readonly IJournalFiles _disk = DiskFiles.Instance;

    public bool IsFull { get; set; }

    public bool FileExists(string path) => _disk.FileExists(path);

    public bool FolderExists(string path) => _disk.FolderExists(path);

    public void CreateFolder(string path) => _disk.CreateFolder(path);

    public IReadOnlyList<string> List(string folder) => _disk.List(folder);

    public IJournalFile Create(string path)
    {
        ThrowIfFull();
        return new FailingFile(this, _disk.Create(path));
    }

    public IJournalFile Open(string path, bool writable) => new FailingFile(this, _disk.Open(path, writable));

    public void Delete(string path) => _disk.Delete(path);

    public void Rename(string path, string newPath)
    {
        ThrowIfFull();
        _disk.Rename(path, newPath);
    }

    public void SyncFolder(string folder)
    {
        ThrowIfFull();
        _disk.SyncFolder(folder);
    }

    public IDisposable? TryLock(string path) => _disk.TryLock(path);

    public void ThrowIfFull()
    {
        if (IsFull)
        {
            throw new IOException("No space left on device");
        }
    }
}

/// <summary>A file of the real disk that refuses what grows it while the disk is full.</summary>
internal sealed class FailingFile(FailingFiles files, IJournalFile file) : IJournalFile
{
    public long Length => file.Length;

    public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        files.ThrowIfFull();
        file.Write(bytes, offset);
    }

    public void Truncate(long length) => file.Truncate(length);

    public void Sync()
    {
        files.ThrowIfFull();
        file.Sync();
    }

    public void Dispose() => file.Dispose();
}
