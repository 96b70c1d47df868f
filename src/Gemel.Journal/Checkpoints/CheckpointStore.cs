namespace Gemel.Journal;

/// <summary>Keeps the newest checkpoint of an instance.</summary>
/// <remarks>
/// A checkpoint is its manifest, <c>0000000000000042.json</c>: before that file is renamed into place nothing of it counts, from then on it is
/// the newest. Parts are files of their own and may be shared by later checkpoints; a file that the newest manifest does not name
/// is removed after the swap and at start. So a crash at any point leaves the former checkpoint or the new one, whole.
/// Threading: one writer at a time; reading is safe beside it, except that the parts of a replaced checkpoint go away.
/// </remarks>
public sealed class CheckpointStore
{
    private const int ReadBuffer = 256 << 10;

    private readonly IJournalFiles _files;
    private readonly string _folder;
    private readonly Guid _instance;
    // Held while a checkpoint is taken out of use, and while one is held; guards _held.
    private readonly Lock _gate = new();
    private readonly List<Checkpoint> _held = [];
    private CheckpointWriter? _writer;

    private CheckpointStore(IJournalFiles files, string folder, Guid instance) => (_files, _folder, _instance) = (files, folder, instance);

    /// <summary>The newest complete checkpoint; null before the first.</summary>
    public Checkpoint? Latest { get; private set; }

    /// <summary>Why files that no checkpoint needs could not be removed last time; it is tried again with the next checkpoint. Null when all is well.</summary>
    public GemelException? CleanupFailure { get; private set; }

    /// <summary>Opens the store in <paramref name="folder"/>, which exists, and removes what an interrupted checkpoint left.</summary>
    /// <exception cref="GemelException">GMJ002, GMJ004, GMJ005, GMJ040: the newest checkpoint is damaged, and nothing was removed; GMJ024.</exception>
    public static CheckpointStore Open(IJournalFiles files, string folder, Guid instance)
    {
        var store = new CheckpointStore(files, folder, instance);
        try
        {
            long newest = files.List(folder).Max(name => CheckpointManifest.TryParseName(name, out long commit) ? commit : (long?)null) ?? -1;
            if (newest >= 0)
            {
                Checkpoint latest = CheckpointManifest.Read(files, folder, instance, newest);
                store.CheckFiles(latest);
                store.Latest = latest;
            }
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(folder, failure.Message), failure);
        }
        store.RemoveUnreferenced();
        return store;
    }

    /// <summary>Compares every part of the newest checkpoint in <paramref name="folder"/> with its checksum. Changes nothing.</summary>
    /// <returns>The parts that are missing or damaged, and what is wrong with each.</returns>
    /// <exception cref="GemelException">GMJ002, GMJ004, GMJ005: the newest manifest cannot be read; GMJ024.</exception>
    public static IReadOnlyList<(CheckpointPart Part, GemelError Damage)> FindDamage(IJournalFiles files, string folder, Guid instance)
    {
        var store = new CheckpointStore(files, folder, instance);
        long newest = files.List(folder).Max(name => CheckpointManifest.TryParseName(name, out long commit) ? commit : (long?)null) ?? -1;
        List<(CheckpointPart, GemelError)> damaged = [];
        foreach (CheckpointPart part in newest < 0 ? [] : CheckpointManifest.Read(files, folder, instance, newest).Parts)
        {
            try
            {
                store.Verify(newest, part);
            }
            catch (GemelException damage)
            {
                damaged.Add((part, damage.Error));
            }
        }
        return damaged;
    }

    /// <summary>Reads a part of <see cref="Latest"/> from its beginning to its end; the caller disposes the stream.</summary>
    /// <remarks>The checksum is compared when the last byte is read: what was read before counts only once a read has given 0 bytes, or the call that
    /// reaches the end has returned. Whoever cannot make sense of the bytes reads on to the end to hear whether they are damaged.</remarks>
    /// <exception cref="GemelException">GMJ024, the disk refused; from the stream also GMJ040, the part is damaged.</exception>
    public Stream OpenPart(CheckpointPart part) => OpenPart(Latest!.Commit, part);

    private PartReader OpenPart(long commit, CheckpointPart part)
    {
        string path = Path.Combine(_folder, part.File);
        try
        {
            return new PartReader(_files.Open(path, writable: false), path, part, problem => Damaged(commit, part, problem));
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(path, failure.Message), failure);
        }
    }

    /// <summary>Keeps the files of the newest checkpoint until the answer is disposed, also where later ones follow. What a crash leaves of it goes at the next start.</summary>
    /// <returns>Null before the first.</returns>
    public HeldCheckpoint? HoldLatest()
    {
        lock (_gate)
        {
            if (Latest is not { } latest)
            {
                return null;
            }
            _held.Add(latest);
            return new HeldCheckpoint(latest, _folder, () => Release(latest));
        }
    }

    /// <summary>Begins a checkpoint.</summary>
    /// <param name="commit">Later than that of <see cref="Latest"/>.</param>
    /// <param name="hash">Of that commit's record.</param>
    /// <param name="time">Server time of that commit.</param>
    /// <returns>The caller disposes it; without <see cref="CheckpointWriter.Complete"/> nothing happened.</returns>
    /// <exception cref="InvalidOperationException">Another checkpoint is being written.</exception>
    public CheckpointWriter Begin(long commit, RecordHash hash, Timestamp time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(commit, (Latest?.Commit ?? -1) + 1);
        var writer = new CheckpointWriter(this, _files, _folder, commit, hash, time);
        return Interlocked.CompareExchange(ref _writer, writer, null) is null
            ? writer
            : throw new InvalidOperationException("Another checkpoint is being written.");
    }

    /// <summary>Makes the checkpoint the newest. The caller has synced the parts.</summary>
    internal void Swap(Checkpoint checkpoint)
    {
        try
        {
            // The parts' names must be durable before the manifest that needs them can be.
            _files.SyncFolder(_folder);
            CheckpointManifest.Write(_files, _folder, _instance, checkpoint);
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw JournalFailure.OfWrite(Path.Combine(_folder, CheckpointManifest.FileName(checkpoint.Commit)), failure);
        }
        lock (_gate)
        {
            Latest = checkpoint;
        }
    }

    /// <summary>Ends a writer, complete or not, and removes what nobody needs.</summary>
    internal void End(CheckpointWriter writer)
    {
        if (Interlocked.CompareExchange(ref _writer, null, writer) == writer)
        {
            RemoveUnreferenced();
        }
    }

    private void CheckFiles(Checkpoint checkpoint)
    {
        foreach (CheckpointPart part in checkpoint.Parts)
        {
            CheckFile(checkpoint.Commit, part);
        }
    }

    private void CheckFile(long commit, CheckpointPart part)
    {
        string path = Path.Combine(_folder, part.File);
        if (!_files.FileExists(path))
        {
            throw Damaged(commit, part, "is missing");
        }
        using IJournalFile file = _files.Open(path, writable: false);
        if (file.Length != part.Bytes)
        {
            throw Damaged(commit, part, $"has {file.Length} bytes, {part.Bytes} were written");
        }
    }

    private GemelException Damaged(long commit, CheckpointPart part, string problem) =>
        new(JournalErrors.CheckpointDamaged.With(commit, Path.Combine(_folder, part.File), problem));

    private void Verify(long commit, CheckpointPart part)
    {
        try
        {
            CheckFile(commit, part);
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(_folder, failure.Message), failure);
        }
        using PartReader bytes = OpenPart(commit, part);
        bytes.CopyTo(Stream.Null, ReadBuffer);
    }

    private void Release(Checkpoint checkpoint)
    {
        lock (_gate)
        {
            _held.Remove(checkpoint);
        }
    }

    private void RemoveUnreferenced()
    {
        lock (_gate)
        {
            RemoveAllBut([.. Latest is { } latest ? _held.Append(latest) : _held]);
        }
    }

    private void RemoveAllBut(IReadOnlyList<Checkpoint> kept)
    {
        try
        {
            HashSet<string> needed = [.. kept.Select(checkpoint => CheckpointManifest.FileName(checkpoint.Commit)), .. kept.SelectMany(checkpoint => checkpoint.Parts).Select(part => part.File)];
            string[] unneeded = [.. _files.List(_folder).Where(name => IsOurs(name) && !needed.Contains(name))];

            // Manifests first: after a crash in between, none may name a part that is gone.
            if (Remove(unneeded.Where(name => !IsPart(name))))
            {
                _files.SyncFolder(_folder);
            }
            Remove(unneeded.Where(IsPart));
            CleanupFailure = null;
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            CleanupFailure = JournalFailure.OfWrite(_folder, failure);
        }
    }

    private bool Remove(IEnumerable<string> names)
    {
        bool any = false;
        foreach (string name in names)
        {
            _files.Delete(Path.Combine(_folder, name));
            any = true;
        }
        return any;
    }

    private static bool IsPart(string name) => name.EndsWith(CheckpointWriter.PartExtension, StringComparison.Ordinal);

    private static bool IsOurs(string name) =>
        IsPart(name)
        || CheckpointManifest.TryParseName(name, out _)
        || (name.EndsWith(".new", StringComparison.Ordinal) && CheckpointManifest.TryParseName(name[..^4], out _));
}
