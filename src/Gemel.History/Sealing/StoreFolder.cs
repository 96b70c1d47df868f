namespace Gemel.History;

/// <summary>The places within the history folder, and what makes a new file part of it.</summary>
internal sealed class StoreFolder(string root, IFileActions files, long nextFile)
{
    public const string Samples = "samples";
    public const string Lifecycle = "lifecycle";

    private const string Unfinished = ".tmp";

    private long _nextFile = nextFile;

    public long NextFile => Interlocked.Read(ref _nextFile);

    public IFileActions Files { get; } = files;

    public string SeriesPath => Path.Combine(root, SeriesFile.FileName);

    public string Full(string relative) => Path.Combine(root, relative);

    /// <summary>A path never used before, relative to the folder.</summary>
    public string NewFile(string folder) => $"{folder}/{Interlocked.Increment(ref _nextFile) - 1:D12}.parquet";

    /// <summary>Where the file is written before it gets its name.</summary>
    public string Temporary(string relative)
    {
        string path = Full(relative);
        string folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Files.SyncDirectory(Path.GetDirectoryName(folder)!);
        }
        return path + Unfinished;
    }

    /// <summary>Makes a completely written file durable and gives it its name.</summary>
    public void Publish(string relative)
    {
        string path = Full(relative);
        Files.Sync(path + Unfinished);
        Files.Rename(path + Unfinished, path);
        Files.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Removes what a crash left behind: files that the manifest does not name.</summary>
    public void RemoveOrphans(Manifest manifest)
    {
        HashSet<string> known = [.. manifest.Samples.Select(file => Full(file.Path)), .. manifest.Lifecycle.Select(file => Full(file.Path))];
        foreach (string folder in (ReadOnlySpan<string>)[Full(Samples), Full(Lifecycle)])
        {
            Directory.CreateDirectory(folder);
            foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !known.Contains(Path.GetFullPath(file))))
            {
                Files.Delete(file);
            }
        }
    }

    /// <exception cref="GemelException">GMH004, a file is missing or of another size than written.</exception>
    public void Verify(Manifest manifest)
    {
        IEnumerable<(string Path, long Bytes)> named =
            [.. manifest.Samples.Select(file => (file.Path, file.Bytes)), .. manifest.Lifecycle.Select(file => (file.Path, file.Bytes))];
        foreach ((string path, long bytes) in named)
        {
            var found = new FileInfo(Full(path));
            if (!found.Exists || found.Length != bytes)
            {
                throw new GemelException(HistoryErrors.MissingFile.With(found.FullName, found.Exists ? found.Length : 0, bytes));
            }
        }
    }
}
