namespace Gemel.Journal.Tests;

/// <summary>A disk in memory that keeps what was synced and may lose, tear and reorder the rest, after SQLite's crash tests.</summary>
/// <remarks>
/// A file has the contents that programs see (the page cache) and those on the platter; writes wait in between until a sync.
/// A failed sync writes some of them and forgets the others, while programs go on seeing them, as Linux does. Names of a folder
/// become durable with <see cref="SyncFolder"/>. Deterministic for a seed.
/// </remarks>
internal sealed class SimulatedDisk(int seed = 0) : IJournalFiles
{
    private readonly Random _random = new(seed);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private readonly List<NameChange> _pendingNames = [];
    private readonly Dictionary<string, SimulatedContents> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedContents> _durableNames = new(StringComparer.Ordinal);

    private sealed record NameChange(string[] Paths, Action<Dictionary<string, SimulatedContents>> Apply)
    {
        public string Folder => Path.GetDirectoryName(Paths[0])!;
    }

    /// <summary>Calls made so far, of every kind.</summary>
    public int Calls { get; private set; }

    /// <summary>What happens at which call; null lets all pass.</summary>
    public Func<int, DiskFault>? Faults { get; set; }

    /// <summary>Bytes that all files together may have.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    public IEnumerable<string> Paths => _names.Keys;

    /// <summary>The power fails: a new disk with what was durable and a part of what was not.</summary>
    public SimulatedDisk LosePower(int seed)
    {
        var random = new Random(seed);
        var after = new SimulatedDisk(seed);
        var names = new Dictionary<string, SimulatedContents>(_durableNames, StringComparer.Ordinal);
        SurvivingNames(random).ForEach(change => change.Apply(names));
        after._folders.UnionWith(_folders);
        foreach ((string path, SimulatedContents contents) in names)
        {
            after.Put(path, contents.AfterPowerLoss(random));
        }
        return after;
    }

    /// <summary>A copy of all that programs see, durable, without locks: to damage it and leave this one as it is.</summary>
    public SimulatedDisk Copy()
    {
        var copy = new SimulatedDisk();
        copy._folders.UnionWith(_folders);
        foreach ((string path, SimulatedContents contents) in _names)
        {
            copy.Put(path, [.. contents.Seen]);
        }
        return copy;
    }

    public byte[] Bytes(string path) => _names[path].Seen;

    /// <summary>Puts a durable file there, or replaces it.</summary>
    public void Put(string path, byte[] bytes)
    {
        _folders.Add(Path.GetDirectoryName(path)!);
        _names[path] = _durableNames[path] = new SimulatedContents(bytes);
    }

    public bool FileExists(string path) => _names.ContainsKey(path);

    public bool FolderExists(string path) => _folders.Contains(path);

    public void CreateFolder(string path) => _folders.Add(path);

    public IReadOnlyList<string> List(string folder)
    {
        Step();
        IEnumerable<string> files = _names.Keys.Where(path => Path.GetDirectoryName(path) == folder);
        IEnumerable<string> folders = _folders.Where(path => Path.GetDirectoryName(path) == folder);
        return [.. files.Concat(folders).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
    }

    public IJournalFile Create(string path)
    {
        Step();
        var contents = new SimulatedContents([]);
        Change(names => names.Remove(path), path);
        Change(names => names[path] = contents, path);
        return new SimulatedFile(this, contents, writable: true);
    }

    public IJournalFile Open(string path, bool writable)
    {
        Step();
        return _names.TryGetValue(path, out SimulatedContents? contents)
            ? new SimulatedFile(this, contents, writable)
            : throw new FileNotFoundException($"There is no file '{path}'.", path);
    }

    public void Delete(string path)
    {
        Step();
        Change(names => names.Remove(path), path);
    }

    public void Rename(string path, string newPath)
    {
        Step();
        SimulatedContents contents = _names[path];
        Change(
            names =>
            {
                names.Remove(path);
                names[newPath] = contents;
            },
            path,
            newPath);
    }

    public void SyncFolder(string folder)
    {
        Step();
        foreach (NameChange change in _pendingNames.Where(change => change.Folder == folder))
        {
            change.Apply(_durableNames);
        }
        _pendingNames.RemoveAll(change => change.Folder == folder);
    }

    public IDisposable? TryLock(string path) => _locks.Add(path) ? new Held(() => _locks.Remove(path)) : null;

    /// <summary>Counts a call and lets the fault planned for it happen.</summary>
    internal void Step(SimulatedContents? written = null, Action<Random>? partly = null)
    {
        Calls++;
        DiskFault fault = Faults?.Invoke(Calls) ?? DiskFault.None;
        if (fault == DiskFault.None)
        {
            return;
        }
        if (written is not null)
        {
            partly?.Invoke(_random);
        }
        throw fault switch
        {
            DiskFault.PowerLoss => new PowerLostException(),
            DiskFault.Full => new IOException("No space left on device", 28),
            _ => new IOException("Input/output error", 5),
        };
    }

    internal void ThrowIfFull(long growth)
    {
        if (growth > 0 && _names.Values.Sum(contents => (long)contents.Seen.Length) + growth > Capacity)
        {
            throw new IOException("No space left on device", 28);
        }
    }

    /// <summary>Of the changes not synced: sometimes the first ones, as a journaling file system keeps them, sometimes any, as POSIX allows, but
    /// those of one name always in order.</summary>
    private List<NameChange> SurvivingNames(Random random)
    {
        if (random.Next(2) == 0)
        {
            return _pendingNames.GetRange(0, random.Next(_pendingNames.Count + 1));
        }
        var lost = new HashSet<string>(StringComparer.Ordinal);
        return _pendingNames.FindAll(change =>
        {
            bool survives = !change.Paths.Any(lost.Contains) && random.Next(2) == 0;
            if (!survives)
            {
                lost.UnionWith(change.Paths);
            }
            return survives;
        });
    }

    private void Change(Action<Dictionary<string, SimulatedContents>> apply, params string[] paths)
    {
        apply(_names);
        _pendingNames.Add(new NameChange(paths, apply));
    }

    private sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
