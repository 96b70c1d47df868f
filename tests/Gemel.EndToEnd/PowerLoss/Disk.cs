namespace Gemel.EndToEnd.PowerLoss;

/// <summary>The watched folder on a disk that loses, tears and reorders whatever was not synced: rebuilt from a trace up to any entry.</summary>
/// <remarks>
/// As hostile as POSIX allows. Contents and names are separate facts: a file's bytes are durable after fsync of the file, its name after fsync of
/// its folder, a folder's name after fsync of the folder above. A sync covers what had returned before it began. Fair: what a sync
/// covered stays; a rename takes effect whole or not at all; changes of one name keep their order; a sector of 512 bytes is old or new.
/// </remarks>
internal sealed class Disk
{
    private readonly Dictionary<string, DiskNode> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DiskNode> _durableNames = new(StringComparer.Ordinal);
    private readonly List<NameChange> _pendingNames = [];
    private readonly Dictionary<ulong, DiskNode> _byInode = [];

    private sealed record NameChange(long Number, string[] Paths, Action<Dictionary<string, DiskNode>> Apply)
    {
        public bool IsIn(string folder) => FolderOf(Paths[0]) == folder;
    }

    /// <summary>All files in a folder, durable.</summary>
    public static Disk Of(string folder)
    {
        Disk disk = new();
        foreach (string path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(folder, path);
            DiskNode node = Directory.Exists(path) ? new DiskNode(isFolder: true) : DiskNode.Of(File.ReadAllBytes(path));
            disk._names[name] = disk._durableNames[name] = node;
        }
        return disk;
    }

    /// <summary>Another disk with the same files, all of them durable.</summary>
    public Disk Copy()
    {
        Disk copy = new();
        foreach ((string path, byte[]? bytes) in Seen())
        {
            copy._names[path] = copy._durableNames[path] = bytes is null ? new DiskNode(isFolder: true) : DiskNode.Of(bytes);
        }
        return copy;
    }

    /// <summary>Lets a call happen.</summary>
    /// <param name="random">Decides what a failed sync leaves.</param>
    public void Apply(in TraceEntry entry, Random random)
    {
        switch (entry.Kind)
        {
            case TraceKind.Open:
                _byInode[entry.Inode] = _names[entry.Path];
                break;
            case TraceKind.Create:
                DiskNode file = new(isFolder: false);
                _byInode[entry.Inode] = file;
                Put(entry.Number, entry.Path, file);
                break;
            case TraceKind.MakeFolder:
                Put(entry.Number, entry.Path, new DiskNode(isFolder: true));
                break;
            case TraceKind.Link:
                Put(entry.Number, entry.Second, _names[entry.Path]);
                break;
            case TraceKind.Unlink or TraceKind.RemoveFolder:
                string gone = entry.Path;
                Change(entry.Number, names => names.Remove(gone), gone);
                break;
            case TraceKind.Rename:
                Rename(entry.Number, entry.Path, entry.Second);
                break;
            case TraceKind.Write:
                _byInode[entry.Inode].Write(entry.Number, entry.Offset, entry.Data);
                break;
            case TraceKind.Truncate:
                _byInode[entry.Inode].Truncate(entry.Number, entry.Length);
                break;
            case TraceKind.Sync:
                Sync(entry, random);
                break;
            case TraceKind.SyncFolder:
                SyncFolder(entry);
                break;
            default:
                throw new InvalidOperationException($"The layer could not follow {entry}.");
        }
    }

    /// <summary>What programs see without a crash: files by path; folders as null.</summary>
    public Dictionary<string, byte[]?> Seen() => _names.ToDictionary(n => n.Key, n => n.Value.IsFolder ? null : n.Value.Seen());

    /// <summary>The files that a power cut leaves behind; folders as null.</summary>
    public Dictionary<string, byte[]?> AfterPowerLoss(Random random)
    {
        (Survival names, Survival contents) = random.Next(8) switch
        {
            0 => (Survival.None, Survival.None),
            1 => (Survival.All, Survival.All),
            2 => (Survival.All, Survival.None),
            3 => (Survival.None, Survival.All),
            4 => (Survival.First, Survival.Any),
            _ => (Survival.Any, Survival.Any),
        };
        Dictionary<string, DiskNode> left = new(_durableNames, StringComparer.Ordinal);
        foreach (NameChange change in Surviving(names, random))
        {
            change.Apply(left);
        }
        return left.Where(n => HasFolders(n.Key, left)).ToDictionary(n => n.Key, n => n.Value.IsFolder ? null : n.Value.AfterPowerLoss(contents, random));
    }

    /// <summary>Writes such files into an empty folder.</summary>
    public static void Materialize(Dictionary<string, byte[]?> files, string folder)
    {
        foreach ((string path, byte[]? bytes) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            string full = Path.Combine(folder, path);
            if (bytes is null)
            {
                Directory.CreateDirectory(full);
            }
            else
            {
                File.WriteAllBytes(full, bytes);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(full, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }
            }
        }
    }

    private void Sync(in TraceEntry entry, Random random)
    {
        if (entry.Error == 0)
        {
            _byInode[entry.Inode].Sync(entry.Offset);
        }
        else
        {
            _byInode[entry.Inode].FailSync(entry.Offset, random);
        }
    }

    private void SyncFolder(TraceEntry entry)
    {
        if (entry.Error != 0)
        {
            return;
        }
        bool IsCovered(NameChange change) => change.Number <= entry.Offset && change.IsIn(entry.Path);
        foreach (NameChange change in _pendingNames.Where(IsCovered))
        {
            change.Apply(_durableNames);
        }
        _pendingNames.RemoveAll(IsCovered);
    }

    private void Put(long number, string path, DiskNode node) => Change(number, names => names[path] = node, path);

    private void Rename(long number, string from, string to)
    {
        DiskNode node = _names[from];
        Assert.False(node.IsFolder, $"The folder {from} was renamed, which the disk does not follow.");
        Assert.Equal(FolderOf(from), FolderOf(to));
        Change(
            number,
            names =>
            {
                names.Remove(from);
                names[to] = node;
            },
            from,
            to);
    }

    private void Change(long number, Action<Dictionary<string, DiskNode>> apply, params string[] paths)
    {
        apply(_names);
        _pendingNames.Add(new NameChange(number, paths, apply));
    }

    private List<NameChange> Surviving(Survival survival, Random random)
    {
        HashSet<string> lost = new(StringComparer.Ordinal);
        return survival switch
        {
            Survival.None => [],
            Survival.All => _pendingNames,
            Survival.First => _pendingNames.GetRange(0, random.Next(_pendingNames.Count + 1)),
            _ => _pendingNames.FindAll(change =>
            {
                bool survives = !change.Paths.Any(lost.Contains) && random.Next(2) == 0;
                if (!survives)
                {
                    lost.UnionWith(change.Paths);
                }
                return survives;
            }),
        };
    }

    private static bool HasFolders(string path, Dictionary<string, DiskNode> names)
    {
        string folder = FolderOf(path);
        return folder.Length == 0 || (names.TryGetValue(folder, out DiskNode? node) && node.IsFolder && HasFolders(folder, names));
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path) ?? "";
}
