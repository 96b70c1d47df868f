namespace Gemel.Journal;

/// <summary>A disk of which nothing is changed: what is written, renamed or deleted stays in memory and is seen from here only. Lets a real
/// recovery be tried on a folder at rest.</summary>
/// <remarks>A file that is written to is copied into memory as a whole. Not safe for concurrent callers.</remarks>
public sealed class OverlayFiles(IJournalFiles below) : IJournalFiles
{
    // Null: deleted here.
    private readonly Dictionary<string, MemoryStream?> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    public bool FileExists(string path) => _files.TryGetValue(path, out MemoryStream? file) ? file is not null : below.FileExists(path);

    public bool FolderExists(string path) => _folders.Contains(path) || below.FolderExists(path);

    public void CreateFolder(string path) => _folders.Add(path);

    public IReadOnlyList<string> List(string folder)
    {
        HashSet<string> names = below.FolderExists(folder) ? [.. below.List(folder)] : [];
        foreach ((string path, MemoryStream? file) in _files.Where(f => Path.GetDirectoryName(f.Key) == folder))
        {
            _ = file is null ? names.Remove(Path.GetFileName(path)) : names.Add(Path.GetFileName(path));
        }
        return [.. names.Order(StringComparer.Ordinal)];
    }

    public IJournalFile Create(string path) => new OverlayFile(this, path, below: null, _files[path] = new MemoryStream());

    public IJournalFile Open(string path, bool writable) => _files.TryGetValue(path, out MemoryStream? file)
        ? new OverlayFile(this, path, below: null, file ?? throw new FileNotFoundException($"There is no file '{path}'.", path))
        : new OverlayFile(this, path, below.Open(path, writable: false), null);

    public void Delete(string path) => _files[path] = null;

    public void Rename(string path, string newPath)
    {
        _files[newPath] = _files.TryGetValue(path, out MemoryStream? file) && file is not null ? file : Copy(path);
        _files[path] = null;
    }

    public void SyncFolder(string folder)
    {
    }

    public IDisposable? TryLock(string path) => below.TryLock(path);

    private MemoryStream Copy(string path)
    {
        using IJournalFile file = below.Open(path, writable: false);
        byte[] bytes = new byte[file.Length];
        file.Read(bytes, 0);
        MemoryStream copy = new();
        copy.Write(bytes);
        return copy;
    }

    private sealed class OverlayFile(OverlayFiles overlay, string path, IJournalFile? below, MemoryStream? copy) : IJournalFile
    {
        private MemoryStream? _copy = copy;

        public long Length => _copy?.Length ?? below!.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            if (_copy is null)
            {
                return below!.Read(buffer, offset);
            }
            _copy.Position = offset;
            return _copy.Read(buffer);
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            MemoryStream file = Own();
            file.Position = offset;
            file.Write(bytes);
        }

        public void Truncate(long length) => Own().SetLength(length);

        public void Sync()
        {
        }

        public void Dispose() => below?.Dispose();

        private MemoryStream Own()
        {
            if (_copy is null)
            {
                overlay._files[path] = _copy = overlay.Copy(path);
            }
            return _copy;
        }
    }
}
