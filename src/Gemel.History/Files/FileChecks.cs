using System.Collections.Concurrent;

namespace Gemel.History;

/// <summary>Compares files with what the manifest says of them, each once in the life of a process.</summary>
/// <remarks>Threading: safe. Two first readers at the same time may both look; they find the same.</remarks>
internal sealed class FileChecks(string folder)
{
    private readonly ConcurrentDictionary<string, bool> _good = new(StringComparer.Ordinal);

    /// <summary>Reads the whole file unless that was done before.</summary>
    /// <exception cref="GemelException">GMH004, missing or of another size; GMH009, another content; GMH006, unreadable.</exception>
    public void Require(IStoredFile file)
    {
        if (!_good.ContainsKey(file.Path))
        {
            Look(file);
        }
    }

    /// <summary>Reads the whole file, also if it was good before: nothing damaged since may get into a merged file, whose hash would call it good.</summary>
    /// <inheritdoc cref="Require"/>
    public void RequireAnew(IStoredFile file) => Look(file);

    /// <summary>For a file that is to be unlinked.</summary>
    public void Forget(IStoredFile file) => _good.TryRemove(file.Path, out _);

    /// <returns>Null where the file is what the manifest says.</returns>
    public static GemelError? Compare(string folder, IStoredFile file)
    {
        string path = Path.Combine(folder, file.Path);
        var found = new FileInfo(path);
        if (!found.Exists || found.Length != file.Bytes)
        {
            return HistoryErrors.MissingFile.With(path, found.Exists ? found.Length : 0, file.Bytes, file.Content);
        }
        string hash;
        try
        {
            hash = FileHash.Of(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return HistoryErrors.DamagedFile.With(path, e.Message);
        }
        return hash == file.Hash ? null : HistoryErrors.ChangedFile.With(path, file.Bytes, hash, file.Hash, file.Content);
    }

    private void Look(IStoredFile file)
    {
        if (Compare(folder, file) is { } error)
        {
            _good.TryRemove(file.Path, out _);
            throw new GemelException(error);
        }
        _good[file.Path] = true;
    }
}
