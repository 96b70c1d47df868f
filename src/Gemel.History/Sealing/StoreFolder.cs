using System.Collections.Concurrent;

namespace Gemel.History;

/// <summary>The places within the history folder, and what makes a new file part of it.</summary>
internal sealed class StoreFolder(string root, IFileActions files, long nextFile)
{
    public const string Samples = "samples";
    public const string Lifecycle = "lifecycle";

    private const string Unfinished = ".tmp";

    private readonly ConcurrentDictionary<string, bool> _durableFolders = new(StringComparer.Ordinal);
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
        // Also where it is there already: whoever made it may have been killed before its name was durable.
        if (!_durableFolders.ContainsKey(folder))
        {
            Directory.CreateDirectory(folder);
            Files.SyncDirectory(Path.GetDirectoryName(folder)!);
            _durableFolders[folder] = true;
        }
        return path + Unfinished;
    }

    /// <summary>Makes a completely written file durable and gives it its name.</summary>
    /// <returns>Its hash.</returns>
    public string Publish(string relative)
    {
        string path = Full(relative);
        Files.Sync(path + Unfinished);
        string hash = FileHash.Of(path + Unfinished);
        Files.Rename(path + Unfinished, path);
        Files.SyncDirectory(Path.GetDirectoryName(path)!);
        return hash;
    }

    /// <summary>Removes what a crash left behind: files that the manifest does not name.</summary>
    public void RemoveOrphans(Manifest manifest)
    {
        HashSet<string> known = [.. manifest.Files.Select(file => Full(file.Path))];
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
        foreach (IStoredFile file in manifest.Files)
        {
            var found = new FileInfo(Full(file.Path));
            if (!found.Exists || found.Length != file.Bytes)
            {
                throw new GemelException(HistoryErrors.MissingFile.With(found.FullName, found.Exists ? found.Length : 0, file.Bytes, file.Content));
            }
        }
    }

    /// <summary>Computes the hashes that a manifest of format 1 lacks. Reads all files.</summary>
    public Manifest WithHashes(Manifest manifest) => manifest with
    {
        Samples = [.. manifest.Samples.Select(file => file with { Hash = HashOf(file) })],
        Lifecycle = [.. manifest.Lifecycle.Select(file => file with { Hash = HashOf(file) })],
    };

    private string HashOf(IStoredFile file) => SampleFileReaders.Guarded(Full(file.Path), () => FileHash.Of(Full(file.Path)));
}
