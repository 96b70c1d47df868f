using Gemel.Journal;

namespace Gemel.Server.Tests.Backups;

/// <summary>The real disk until a chosen call, which fails, and so does every later one until it is healed.</summary>
internal sealed class FailingDisk : IJournalFiles
{
    private readonly DiskFiles _real = DiskFiles.Instance;

    public int Calls { get; private set; }

    /// <summary>Number of the first call that fails.</summary>
    public int FailsAt { get; set; } = int.MaxValue;

    public bool FileExists(string path) => _real.FileExists(path);

    public bool FolderExists(string path) => _real.FolderExists(path);

    public void CreateFolder(string path) => Count(() => _real.CreateFolder(path));

    public IReadOnlyList<string> List(string folder) => _real.List(folder);

    public IJournalFile Create(string path)
    {
        Count(() => { });
        return new Failing(this, _real.Create(path));
    }

    public IJournalFile Open(string path, bool writable) => new Failing(this, _real.Open(path, writable));

    public void Delete(string path) => Count(() => _real.Delete(path));

    public void Rename(string path, string newPath) => Count(() => _real.Rename(path, newPath));

    public void SyncFolder(string folder) => Count(() => _real.SyncFolder(folder));

    public IDisposable? TryLock(string path) => _real.TryLock(path);

    private void Count(Action call)
    {
        if (Calls++ >= FailsAt)
        {
            throw new IOException("No space left on device");
        }
        call();
    }

    private sealed class Failing(FailingDisk disk, IJournalFile file) : IJournalFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            disk.Count(() => { });
            file.Write(bytes, offset);
        }

        public void Truncate(long length) => disk.Count(() => file.Truncate(length));

        public void Sync() => disk.Count(file.Sync);

        public void Dispose() => file.Dispose();
    }
}
