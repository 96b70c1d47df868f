using System.Text.Json;

namespace Gemel.Journal;

/// <summary>The last commit that each named follower has taken, one small file each, replaced all at once.</summary>
/// <remarks>Threading: safe for concurrent callers.</remarks>
public sealed class FollowerPositions
{
    private const string FolderName = "followers";
    private const string Extension = ".json";
    private const int MaxNameLength = 64;

    private static readonly SealedDocument Document = new("follower position", Format: 1);

    private readonly Lock _gate = new();
    private readonly IJournalFiles _files;
    private readonly string _folder;
    private readonly Guid _instance;
    private readonly Dictionary<string, long> _positions = new(StringComparer.Ordinal);

    private FollowerPositions(IJournalFiles files, string folder, Guid instance) => (_files, _folder, _instance) = (files, folder, instance);

    /// <summary>Opens the positions that belong to <paramref name="log"/>, in the folder <c>followers</c> beside its files.</summary>
    /// <exception cref="GemelException">GMJ031, a position lies beyond the last commit; GMJ004 or GMJ005, a damaged or foreign file; GMJ024.</exception>
    public static FollowerPositions Open(IJournalFiles files, string journalFolder, CommitLog log)
    {
        string folder = Path.Combine(journalFolder, FolderName);
        try
        {
            files.CreateFolder(folder);
            var positions = new FollowerPositions(files, folder, log.Instance);
            positions.ReadAll(journalFolder, log.Last);
            return positions;
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(folder, failure.Message), failure);
        }
    }

    /// <summary>Looks at the saved positions and changes nothing.</summary>
    /// <param name="last">The last commit of the journal.</param>
    /// <returns>What is wrong: a damaged file, or a position beyond the last commit.</returns>
    public static IReadOnlyList<GemelError> Verify(IJournalFiles files, string journalFolder, Guid instance, long last)
    {
        string folder = Path.Combine(journalFolder, FolderName);
        var positions = new FollowerPositions(files, folder, instance);
        List<GemelError> damage = [];
        foreach (string name in files.FolderExists(folder) ? positions.Names() : [])
        {
            try
            {
                positions.Read(name, journalFolder, last);
            }
            catch (GemelException damaged)
            {
                damage.AddRange(damaged.Errors);
            }
        }
        return damage;
    }

    /// <summary>All followers that ever saved a position.</summary>
    public IReadOnlyDictionary<string, long> All
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, long>(_positions, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>The last commit that <paramref name="name"/> has taken; 0 when it never saved one.</summary>
    public long GetPosition(string name)
    {
        lock (_gate)
        {
            return _positions.GetValueOrDefault(name);
        }
    }

    /// <summary>Saves the position; durable when it returns.</summary>
    /// <exception cref="GemelException">GMJ020 or GMJ021; the former position stands.</exception>
    public void SetPosition(string name, long commit)
    {
        ThrowIfInvalid(name);
        lock (_gate)
        {
            try
            {
                Document.Write(_files, PathOf(name), _instance, json =>
                {
                    json.WriteString("follower", name);
                    json.WriteNumber("commit", commit);
                });
            }
            catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
            {
                throw JournalFailure.OfWrite(PathOf(name), failure);
            }
            _positions[name] = commit;
        }
    }

    /// <summary>Forgets a follower that is no more, so that it holds nothing back.</summary>
    /// <exception cref="GemelException">GMJ020.</exception>
    public void Remove(string name)
    {
        ThrowIfInvalid(name);
        lock (_gate)
        {
            try
            {
                _files.Delete(PathOf(name));
                _files.SyncFolder(_folder);
            }
            catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
            {
                throw JournalFailure.OfWrite(PathOf(name), failure);
            }
            _positions.Remove(name);
        }
    }

    private static void ThrowIfInvalid(string name)
    {
        bool valid = name.Length is > 0 and <= MaxNameLength && char.IsAsciiLetterLower(name[0])
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
        if (!valid)
        {
            throw new ArgumentException($"'{name}' is no name for a follower.", nameof(name));
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name + Extension);

    private void ReadAll(string journalFolder, long last)
    {
        foreach (string name in Names())
        {
            _positions[name] = Read(name, journalFolder, last);
        }
    }

    private IEnumerable<string> Names() =>
        _files.List(_folder).Where(file => file.EndsWith(Extension, StringComparison.Ordinal)).Select(file => file[..^Extension.Length]);

    private long Read(string name, string journalFolder, long last)
    {
        long commit = Read(name);
        return commit <= last ? commit : throw new GemelException(JournalErrors.CommitAhead.With($"The follower '{name}'", commit, journalFolder, last));
    }

    private long Read(string name)
    {
        string path = PathOf(name);
        using JsonDocument document = Document.Read(_files, path, _instance);
        JsonElement root = document.RootElement;
        if (root.GetProperty("follower").GetString() is var follower && follower != name)
        {
            throw new GemelException(JournalErrors.DocumentDamaged.With(path, $"it is the position of '{follower}'"));
        }
        return root.GetProperty("commit").GetInt64();
    }
}
