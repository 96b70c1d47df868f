using System.Globalization;
using Gemel.Cluster;
using Gemel.Journal;

namespace Gemel.Server.Backups;

/// <summary>A folder of backups that share their files (docs/reference/backup-format.md).</summary>
/// <remarks>
/// A file lies under its hash, so what two backups have in common is there once, and what is there already is never copied again. A backup is its manifest: it
/// is written when all its files are on the disk, so a run that ends before leaves files that nothing names, and no backup.
/// </remarks>
internal sealed class BackupFolder : IDisposable
{
    private const string FilesName = "files";
    private const string ManifestsName = "backups";
    private const string LockName = "backup.lock";
    private const string Unfinished = ".new";
    private const string ManifestExtension = ".json";

    private readonly IJournalFiles _disk;
    private readonly string _root;
    private readonly IDisposable? _lock;

    private BackupFolder(IJournalFiles disk, string root, IDisposable? held) => (_disk, _root, _lock) = (disk, root, held);

    public string Root => _root;

    private string Manifests => Path.Combine(_root, ManifestsName);

    /// <summary>Opens a folder for a new backup; it is made where there is none. Only one at a time.</summary>
    /// <exception cref="GemelException">GMX060, it holds something else; GMX064, another backup is being made there; GMX065, the disk refused.</exception>
    public static BackupFolder OpenToWrite(IJournalFiles disk, string root) => Guarded(root, () =>
    {
        root = Path.GetFullPath(root);
        disk.CreateFolder(root);
        IReadOnlyList<string> names = disk.List(root);
        if (!names.Contains(ManifestsName) && names.FirstOrDefault(name => name is not (LockName or FilesName or "lost+found")) is { } foreign)
        {
            throw new GemelException(ServerErrors.BackupFolderForeign.With(root, foreign));
        }
        IDisposable held = disk.TryLock(Path.Combine(root, LockName)) ?? throw new GemelException(ServerErrors.BackupFolderInUse.With(root));
        try
        {
            BackupFolder folder = new(disk, root, held);
            disk.CreateFolder(folder.Manifests);
            folder.RemoveUnfinished();
            return folder;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    });

    /// <exception cref="GemelException">GMX066, no backups are there.</exception>
    public static BackupFolder OpenToRead(IJournalFiles disk, string root)
    {
        BackupFolder folder = new(disk, Path.GetFullPath(root), held: null);
        return disk.FolderExists(folder.Manifests) ? folder : throw new GemelException(ServerErrors.BackupNotFound.With(folder._root, "none are there"));
    }

    /// <summary>All backups, the oldest first.</summary>
    /// <exception cref="GemelException">GMX061, GMX062, GMX063: one is damaged, of a newer version, or not ours; GMX065.</exception>
    public IReadOnlyList<BackupManifest> List() => Guarded<IReadOnlyList<BackupManifest>>(_root, () =>
        [.. _disk.List(Manifests).Where(name => name.EndsWith(ManifestExtension, StringComparison.Ordinal)).Select(name => ReadManifest(Path.Combine(Manifests, name)))]);

    /// <param name="commit">Null: the newest.</param>
    /// <exception cref="GemelException">GMX066, there is none of that commit; as of <see cref="List"/>.</exception>
    public BackupManifest Find(long? commit)
    {
        IReadOnlyList<BackupManifest> all = List();
        return all.LastOrDefault(backup => commit is null || backup.Commit == commit)
            ?? throw new GemelException(ServerErrors.BackupNotFound.With(
                _root, all.Count == 0 ? "none are there" : $"none is of commit {commit}; there are {string.Join(", ", all.Select(each => each.Commit).Distinct())}"));
    }

    /// <summary>Where the content of that hash is, if it is.</summary>
    public string PathOf(string hash) => Path.Combine(_root, FilesName, hash[..2], hash);

    /// <summary>Whether the content is there, as far as its length tells.</summary>
    public bool Holds(BackupFile file)
    {
        string path = PathOf(file.Hash);
        if (!_disk.FileExists(path))
        {
            return false;
        }
        using IJournalFile found = _disk.Open(path, writable: false);
        return found.Length == file.Bytes;
    }

    /// <summary>Reads the content and compares it with its hash.</summary>
    /// <param name="sink">Gets the bytes in order; they are not kept. What it got counts only where the answer is null.</param>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    public GemelError? Read(BackupFile file, SpanAction? sink, CancellationToken cancellationToken)
    {
        string path = PathOf(file.Hash);
        return Guarded(path, () =>
        {
            if (!_disk.FileExists(path))
            {
                return ServerErrors.BackupFileDamaged.With(file.Name, path, "is missing");
            }
            using IJournalFile content = _disk.Open(path, writable: false);
            string hash = ContentHash.Of(content, file.Bytes, sink, cancellationToken);
            return content.Length != file.Bytes ? ServerErrors.BackupFileDamaged.With(file.Name, path, $"has {content.Length} bytes, {file.Bytes} were written")
                : hash != file.Hash ? ServerErrors.BackupFileDamaged.With(file.Name, path, $"has the hash {hash}, {file.Hash} was written")
                : null;
        });
    }

    /// <summary>Begins the content of a file that is not there yet.</summary>
    public ContentWriter Begin(BackupFile file) => Guarded(_root, () =>
    {
        string path = PathOf(file.Hash);
        _disk.CreateFolder(Path.GetDirectoryName(path)!);
        return new ContentWriter(_disk, path + Unfinished, path);
    });

    /// <summary>Makes the backup, whose files are there. Durable when it returns.</summary>
    public void Publish(BackupManifest backup, DateTimeOffset made) => Guarded(_root, () =>
    {
        foreach (string folder in backup.Files.Select(file => Path.GetDirectoryName(PathOf(file.Hash))!).Distinct())
        {
            _disk.SyncFolder(folder);
        }
        string name = $"{made.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}-{backup.Commit:D16}{ManifestExtension}";
        using ContentWriter writer = new(_disk, Path.Combine(Manifests, name + Unfinished), Path.Combine(Manifests, name));
        writer.Write(backup.Render());
        writer.Complete();
        _disk.SyncFolder(Manifests);
    });

    public void Dispose() => _lock?.Dispose();

    /// <summary>Gives what the disk says the name of the place.</summary>
    internal static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new GemelException(ServerErrors.BackupUnusable.With(path, refused.Message), refused);
        }
    }

    /// <inheritdoc cref="Guarded{T}(string, Func{T})"/>
    internal static void Guarded(string path, Action work) => Guarded(path, () =>
    {
        work();
        return 0;
    });

    private BackupManifest ReadManifest(string path)
    {
        using IJournalFile file = _disk.Open(path, writable: false);
        byte[] bytes = new byte[file.Length];
        int read = file.Read(bytes, 0);
        return BackupManifest.Read(path, bytes.AsMemory(0, read));
    }

    private void RemoveUnfinished()
    {
        string files = Path.Combine(_root, FilesName);
        _disk.CreateFolder(files);
        foreach (string folder in (IEnumerable<string>)[Manifests, .. _disk.List(files).Select(name => Path.Combine(files, name)).Where(_disk.FolderExists)])
        {
            foreach (string name in _disk.List(folder).Where(name => name.EndsWith(Unfinished, StringComparison.Ordinal)))
            {
                _disk.Delete(Path.Combine(folder, name));
            }
        }
    }
}
