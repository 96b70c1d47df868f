using System.Text.Json;

namespace Gemel.Journal;

/// <summary>A data folder at rest, locked against servers while it is looked at; nothing in it is made or changed.</summary>
public sealed class DataFolderReader : IDisposable
{
    private readonly FileStream? _lock;

    private DataFolderReader(string root, Guid? instance, GemelError? damage, FileStream? held) => (Root, Instance, Damage, _lock) = (root, instance, damage, held);

    public string Root { get; }

    /// <summary>Named by <c>gemel.json</c>; where that is damaged, by the witness; null where neither can be read.</summary>
    public Guid? Instance { get; }

    /// <summary>What is wrong with <c>gemel.json</c>; null where nothing is.</summary>
    public GemelError? Damage { get; }

    public string Journal => Path.Combine(Root, "journal");

    public string Checkpoints => Path.Combine(Root, "checkpoints");

    public string History => Path.Combine(Root, "history");

    public string Jobs => Path.Combine(Root, DataFolder.JobsName);

    /// <exception cref="GemelException">GMJ001, a server uses it; GMJ003, it is no data folder; GMJ006, it was restored in part; GMJ024, the disk refused.</exception>
    public static DataFolderReader Open(string root)
    {
        root = Path.GetFullPath(root);
        try
        {
            string document = Path.Combine(root, DataFolder.DocumentName);
            if (File.Exists(Path.Combine(root, DataFolder.RestoringName)))
            {
                throw new GemelException(JournalErrors.UnfinishedRestore.With(root));
            }
            if (!Directory.Exists(root) || !File.Exists(document))
            {
                string found = Directory.Exists(root) ? Directory.EnumerateFileSystemEntries(root).Select(Path.GetFileName).FirstOrDefault() ?? "nothing" : "nothing";
                throw new GemelException(JournalErrors.ForeignFolder.With(root, found));
            }
            FileStream? held = Lock(root);
            (Guid? instance, GemelError? damage) = Read(document);
            return new DataFolderReader(root, instance ?? DataFolder.FindWitnessed(DiskFiles.Instance, root), damage, held);
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(root, failure.Message), failure);
        }
    }

    public void Dispose() => _lock?.Dispose();

    // Without a lock file nobody has ever opened the folder: a copy, or a backup.
    private static FileStream? Lock(string root)
    {
        string path = Path.Combine(root, DataFolder.LockName);
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
        }
        catch (IOException)
        {
            throw new GemelException(JournalErrors.FolderInUse.With(root, DataFolder.ReadPid(DiskFiles.Instance, root)));
        }
    }

    private static (Guid? Instance, GemelError? Damage) Read(string path)
    {
        try
        {
            return (DataFolder.Read(DiskFiles.Instance, path).Instance, null);
        }
        catch (GemelException damaged)
        {
            return (null, damaged.Error);
        }
    }
}
