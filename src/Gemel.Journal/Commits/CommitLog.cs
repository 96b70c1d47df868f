namespace Gemel.Journal;

/// <summary>The one order of commits of an instance, kept in append-only files.</summary>
/// <remarks>
/// <para>Use: one committer calls <see cref="Append"/> with consecutive numbers; it returns when the commit is durable. Any number of
/// readers (<see cref="ReadFrom"/>) and followers read what is durable, in order.</para>
/// <para>An append is one write and one sync of the journal file, then one small write and sync of the witness (decision 0003). When any of
/// it fails, the log stops: the commit is not acknowledged and <see cref="Last"/> stays. <see cref="Recover"/> removes what the failed append
/// left behind and continues in a new file, because after a failed fsync neither the page cache nor a second fsync of the
/// same file can be trusted. If the process dies before that, the commit may turn up at the next start, as any commit
/// whose acknowledgement was lost.</para>
/// <para>Threading: <see cref="Append"/>, <see cref="Recover"/> and <see cref="TrimTo"/> exclude one another; everything else is safe for concurrent callers.</para>
/// </remarks>
public sealed partial class CommitLog : IDisposable
{
    private readonly IJournalFiles _files;
    private readonly string _folder;
    private readonly Guid _instance;
    private readonly CommitLogOptions _options;
    private readonly Witness _witness;
    private readonly RecordTail _tail;
    private readonly AdvanceSignal _signal;
    private readonly ReadOnlyMemory<byte>[] _single = new ReadOnlyMemory<byte>[1];

    /// <summary>Held while the disk is written.</summary>
    private readonly Lock _writing = new();

    /// <summary>Held, shortly, to read or change the fields below it.</summary>
    private readonly Lock _state = new();

    // Invariant: in order; the last one is being written, and its length ends with the record of _last.
    private readonly List<Segment> _segments;
    private long _activeBytes;
    private long _last;
    private RecordHash _lastHash;
    private Timestamp _lastTime;

    private IJournalFile _active;
    private GemelException? _failure;

    private CommitLog(IJournalFiles files, string folder, Guid instance, CommitLogOptions options, RecoveredLog found, IJournalFile active)
    {
        (_files, _folder, _instance, _options, _witness) = (files, folder, instance, options, found.Witness);
        (_segments, _activeBytes) = (found.Segments, found.Segments[^1].Bytes);
        (_last, _lastHash, _lastTime, Recovery) = (found.Last, found.LastHash, found.LastTime, found.Summary);
        _tail = new RecordTail(options.TailBytes);
        _signal = new AdvanceSignal(found.Last);
        _active = active;
    }

    /// <summary>Opens the log in <paramref name="folder"/>, which exists, or begins a new one with commit 1.</summary>
    /// <param name="instance">Id of the data folder; files of another instance are refused.</param>
    /// <exception cref="GemelException">GMJ002, GMJ005 and GMJ010 to GMJ013: what was acknowledged is not whole; nothing was changed. GMJ024: the disk refused.</exception>
    public static CommitLog Open(IJournalFiles files, string folder, Guid instance, CommitLogOptions options)
    {
        options.Check();
        try
        {
            RecoveredLog found = new JournalRecovery(files, folder, instance).Run();
            return new CommitLog(files, folder, instance, options, found, OpenActive(files, found));
        }
        catch (Exception failure) when (JournalFailure.IsOfDisk(failure))
        {
            throw new GemelException(JournalErrors.Unreadable.With(folder, failure.Message), failure);
        }
    }

    private static IJournalFile OpenActive(IJournalFiles files, RecoveredLog found)
    {
        try
        {
            return files.Open(found.Segments[^1].Path, writable: true);
        }
        catch
        {
            found.Witness.Dispose();
            throw;
        }
    }

    /// <summary>Id of the data folder, in every file.</summary>
    public Guid Instance => _instance;

    /// <summary>The earliest commit that can be read; one more than <see cref="Last"/> while there is none.</summary>
    public long First
    {
        get
        {
            lock (_state)
            {
                return _segments[0].First;
            }
        }
    }

    /// <summary>The last durable commit; 0 before the first.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Number, hash and server time of the last durable commit, taken together; the time is none before the first.</summary>
    public (long Commit, RecordHash Hash, Timestamp Time) Head
    {
        get
        {
            lock (_state)
            {
                return (_last, _lastHash, _lastTime);
            }
        }
    }

    /// <summary>Why the log has stopped taking commits; null while it takes them.</summary>
    public GemelException? Failure => Volatile.Read(ref _failure);

    /// <summary>What this start found behind the last acknowledged commit.</summary>
    public RecoverySummary Recovery { get; }

    /// <summary>Bytes of the journal files.</summary>
    public long Bytes
    {
        get
        {
            lock (_state)
            {
                return _segments.Sum(segment => segment.Bytes) - _segments[^1].Bytes + _activeBytes;
            }
        }
    }

    /// <summary>Completes once <see cref="Last"/> is at least <paramref name="commit"/>.</summary>
    /// <exception cref="ObjectDisposedException">The log was closed before.</exception>
    public Task WaitAsync(long commit, CancellationToken cancellationToken) => _signal.WaitAsync(commit, cancellationToken);

    /// <summary>Reads commits in order, from <paramref name="commit"/> on, following the head.</summary>
    /// <param name="previous">Hash of the commit before, where the caller knows it (from a checkpoint): another past is then refused.</param>
    /// <exception cref="GemelException">GMJ030, the commit was trimmed; GMJ031, it lies more than one beyond <see cref="Last"/>; GMJ032.</exception>
    public CommitReader ReadFrom(long commit, RecordHash? previous = null)
    {
        (long last, RecordHash lastHash, _) = Head;
        if (commit > last + 1)
        {
            throw new GemelException(JournalErrors.CommitAhead.With("A reader", commit - 1, _folder, last));
        }
        ThrowIfTrimmed(commit);
        if (commit == last + 1 && previous is { } expected && expected != lastHash)
        {
            throw new GemelException(JournalErrors.ChainForked.With(last, _folder, lastHash, expected));
        }
        return new CommitReader(this, _files, _tail, commit, previous);
    }

    /// <summary>The first commit of the file before which every commit is older than <paramref name="time"/>: what retention may give to
    /// <see cref="TrimTo"/>. Coarse, for only whole files go.</summary>
    /// <exception cref="GemelException">GMJ010, damage; GMJ024, the disk refused.</exception>
    /// <remarks>Reads one record of a few files: a binary search by the time of their first records.</remarks>
    public long FindFirstSince(Timestamp time)
    {
        long[] firsts;
        lock (_state)
        {
            firsts = [.. _segments.Where(segment => segment.First <= _last).Select(segment => segment.First)];
        }
        int low = 0;
        for (int high = firsts.Length; high - low > 1;)
        {
            int middle = (low + high) / 2;
            using CommitReader reader = ReadFrom(firsts[middle]);
            (low, high) = reader.TryRead(out CommitRecord record) && record.Time < time ? (middle, high) : (low, middle);
        }
        return firsts.Length == 0 ? First : firsts[low];
    }

    public void Dispose()
    {
        lock (_writing)
        {
            _signal.Close();
            _active.Dispose();
            _witness.Dispose();
            _tail.Dispose();
            _failure ??= new GemelException(JournalErrors.LogStopped.With("it was closed."));
        }
    }

    /// <summary>The file that holds a durable commit, with the length that is durable.</summary>
    /// <exception cref="GemelException">GMJ030.</exception>
    internal Segment Locate(long commit)
    {
        lock (_state)
        {
            ThrowIfTrimmed(commit);
            int index = _segments.FindLastIndex(segment => segment.First <= commit);
            return index == _segments.Count - 1 ? _segments[index] with { Bytes = _activeBytes } : _segments[index];
        }
    }

    internal void ThrowIfTrimmed(long commit)
    {
        if (commit < First)
        {
            throw new GemelException(JournalErrors.CommitTrimmed.With(commit, First));
        }
    }
}
