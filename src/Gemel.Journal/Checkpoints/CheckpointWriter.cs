namespace Gemel.Journal;

/// <summary>Writes one checkpoint: create or share parts, then <see cref="Complete"/>.</summary>
/// <remarks>Threading: parts may be written by several threads at once, each stream by one.</remarks>
public sealed class CheckpointWriter : IDisposable
{
    internal const string PartExtension = ".part";

    private const int MaxNameLength = 100;

    private readonly Lock _gate = new();
    private readonly CheckpointStore _store;
    private readonly IJournalFiles _files;
    private readonly string _folder;
    private readonly RecordHash _hash;
    private readonly Timestamp _time;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<CheckpointPart> _parts = [];
    private readonly List<PartWriter> _open = [];

    internal CheckpointWriter(CheckpointStore store, IJournalFiles files, string folder, long commit, RecordHash hash, Timestamp time) =>
        (_store, _files, _folder, Commit, _hash, _time) = (store, files, folder, commit, hash, time);

    public long Commit { get; }

    /// <summary>Begins a part in a new file; disposing the stream completes it and makes it durable.</summary>
    /// <param name="name">As <see cref="CheckpointPart.Name"/> says; not used in this checkpoint before.</param>
    /// <exception cref="IOException">The disk refused; also from the stream.</exception>
    public Stream CreatePart(string name)
    {
        lock (_gate)
        {
            Claim(name);
            string file = $"{Commit:D16}-{name}{PartExtension}";
            var part = new PartWriter(_files.Create(Path.Combine(_folder, file)), name, file, Finish);
            _open.Add(part);
            return part;
        }
    }

    /// <summary>Takes over a part of the newest checkpoint as it is, without copying.</summary>
    public void SharePart(CheckpointPart part)
    {
        if (_store.Latest?.Parts.Contains(part) != true)
        {
            throw new ArgumentException($"The newest checkpoint has no part '{part.Name}' in '{part.File}'.", nameof(part));
        }
        lock (_gate)
        {
            Claim(part.Name);
            _parts.Add(part);
        }
    }

    /// <summary>Makes the checkpoint durable and the newest, all at once, and removes files that only the former one needed.</summary>
    /// <exception cref="GemelException">GMJ020 or GMJ021; the former checkpoint stands.</exception>
    /// <exception cref="InvalidOperationException">A part was begun and not completed.</exception>
    public Checkpoint Complete()
    {
        lock (_gate)
        {
            if (_names.Count != _parts.Count)
            {
                throw new InvalidOperationException($"{_names.Count - _parts.Count} parts of the checkpoint of commit {Commit} are not complete.");
            }
            var checkpoint = new Checkpoint(Commit, _hash, _time, _parts.AsReadOnly());
            _store.Swap(checkpoint);
            _store.End(this);
            return checkpoint;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _open.ForEach(part => part.Abandon());
            _open.Clear();
            _store.End(this);
        }
    }

    private void Finish(PartWriter writer, CheckpointPart part)
    {
        lock (_gate)
        {
            _open.Remove(writer);
            _parts.Add(part);
        }
    }

    private void Claim(string name)
    {
        bool valid = name.Length is > 0 and <= MaxNameLength && (char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0]))
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
        if (!valid || !_names.Add(name))
        {
            throw new ArgumentException($"'{name}' is {(valid ? "already a part of this checkpoint" : "no name for a part")}.", nameof(name));
        }
    }
}
