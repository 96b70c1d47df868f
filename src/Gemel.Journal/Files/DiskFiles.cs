namespace Gemel.Journal;

/// <summary>The real disk. Locks are advisory and end with the process.</summary>
public sealed class DiskFiles : IJournalFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static DiskFiles Instance { get; } = new();

    public bool FileExists(string path) => File.Exists(path);

    public bool FolderExists(string path) => Directory.Exists(path);

    public void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }
        string? parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null)
        {
            CreateFolder(parent);
        }
        MakeFolder(path);
        if (parent is not null)
        {
            FolderSync.Flush(parent);
        }
    }

    public IReadOnlyList<string> List(string folder)
    {
        string[] names = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path))];
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    public IJournalFile Create(string path)
    {
        File.Delete(path);
        return new DiskFile(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, Sharing));
    }

    public IJournalFile Open(string path, bool writable) =>
        new DiskFile(File.OpenHandle(path, FileMode.Open, writable ? FileAccess.ReadWrite : FileAccess.Read, Sharing));

    public void Delete(string path) => File.Delete(path);

    public void Rename(string path, string newPath) => File.Move(path, newPath, overwrite: true);

    public void SyncFolder(string folder) => FolderSync.Flush(folder);

    public IDisposable? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    // Values, secrets' hashes and keys lie below: nobody else on the machine reads them, whatever the process' umask is.
    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }

    private const FileShare Sharing = FileShare.ReadWrite | FileShare.Delete;
}
