namespace Gemel.History;

/// <summary>Keeps every sample and the life of twins, relationships and models: the newest in memory, the rest in
/// immutable Parquet files.</summary>
/// <remarks>
/// Problem: samples arrive in the order of commits and are read by series and time, from a store that may stop at any
/// instant. Idea: the journal has made every commit durable before it comes here, so the store appends to memory only (the
/// hot table), and from time to time seals that table: sorts it, writes it as Parquet files, and swaps a manifest that
/// names all files and the commit up to which they hold everything (<see cref="DurableCommit"/>). After a crash the writer
/// follows the journal again from there; commits the store already holds are ignored, so each counts exactly once.
/// States of a table: open (one writer appends) → sealed (immutable, waits; a few at most, then the writer is held back, except to
/// serve a reader while the disk fails) →
/// written (dropped once no reader has it). Readers see one version of {open table up to a commit, sealed tables, files}
/// throughout; files that compaction replaced are unlinked when the last such reader is gone.
/// Failure: a seal that fails leaves the table in memory and is tried again; its half-written files count for nothing and
/// are removed. A key of row is (path, source time): the latest commit wins, and the rows it replaced stay until the end.
/// Use: one writer calls <see cref="BeginCommit"/>, Append…, <see cref="EndCommitAsync"/>, or <see cref="AbortCommit"/> where it
/// fails in between; anyone reads at any time.
/// </remarks>
public sealed partial class HistoryStore : IAsyncDisposable
{
    // A timer whose period rounds to nothing rings once.
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly HistoryOptions _options;
    private readonly TimeProvider _clock;
    private readonly HotBlockPool _blocks;
    private readonly StoreVersions _versions;
    private readonly FileChecks _checks;
    private readonly SampleFileReaders _readers;
    private readonly StoreFolder _folder;
    private readonly List<(long Commit, TaskCompletionSource Done)> _commitWaiters = [];

    // Invariant: replaced only while no commit is open, so that Append needs no lock.
    private HotTable _hot;
    // What readers see of _hot: its rows up to _commit, for the writer may be appending behind them.
    private HotView _visible;
    private long _hotSince;
    private long _openCommit;
    // Where _hot ended when the open commit began.
    private HotMark _openMark;
    private long _commit;
    private long _sealedCommit;
    private bool _wantsSeal;
    private bool _isDisposed;

    private HistoryStore(string root, HistoryOptions options, TimeProvider clock, IFileActions files)
    {
        options.Validate();
        root = Path.GetFullPath(root);
        CreateRoot(root, files);
        (_options, _clock) = (options, clock);
        _manifestFile = new ManifestFile(root, files);
        _manifest = _manifestFile.Load(out bool isFormer);
        _folder = new StoreFolder(root, files, _manifest.NextFile);
        SeriesFile.Load(_folder.SeriesPath, _manifest.SeriesBytes, Series);
        _folder.Verify(_manifest);
        _folder.RemoveOrphans(_manifest);
        if (isFormer)
        {
            _manifest = Upgrade(_manifest);
        }
        _checks = new FileChecks(root);
        _readers = new SampleFileReaders(root, _checks);
        _commit = _durable = _sealedCommit = _manifest.Commit;
        _versions = new StoreVersions(new StoreVersion([], _manifest.Samples, _manifest.Lifecycle));
        _blocks = new HotBlockPool((options.WaitingTables + 1) * ((options.HotRows / HotBlock.Rows) + 1));
        _hot = new HotTable(_blocks.Rent);
        _visible = _hot.View(_commit);
        _sealer = new Sealer(_folder, Series, options);
        _compactor = new Compactor(_folder, Series, _checks, options);
        _sealing = Task.Run(RunSealsAsync);
        _maintaining = Task.Run(RunMaintenanceAsync);
        _ageTimer = clock.CreateTimer(_ => LookAtAges(), null, options.HotAge, options.HotAge > ShortestLook * 4 ? options.HotAge / 4 : ShortestLook);
    }

    public SeriesCatalog Series { get; } = new();

    /// <summary>The last commit that reads see; 0 before the first.</summary>
    public long Commit
    {
        get
        {
            lock (_lock)
            {
                return _commit;
            }
        }
    }

    public HistoryFigures Figures
    {
        get
        {
            lock (_lock)
            {
                StoreVersion version = _versions.Current;
                return new HistoryFigures(
                    _hot.Rows + version.Waiting.Sum(table => (long)table.View.Rows), _blocks.Allocated, version.Waiting.Length,
                    version.Samples.Length, version.Samples.Sum(file => file.Rows), version.Samples.Sum(file => file.Bytes),
                    version.Lifecycle.Length, Series.Count);
            }
        }
    }

    /// <summary>Opens the store in a folder, which is made where it does not exist. The folder belongs to one process.</summary>
    /// <exception cref="GemelException">GMH001 to GMH007: an option out of range, a folder damaged or from a newer version.</exception>
    public static HistoryStore Open(string folder, HistoryOptions options, TimeProvider clock) => new(folder, options, clock, new FileActions());

    internal static HistoryStore Open(string folder, HistoryOptions options, TimeProvider clock, IFileActions files) =>
        new(folder, options, clock, files);

    /// <summary>Opens a commit, to which what is appended belongs until <see cref="EndCommitAsync"/> or <see cref="AbortCommit"/>.</summary>
    /// <param name="commit">Above 0; commits may be left out, but never go back.</param>
    /// <returns>False where the store already holds the commit: then nothing is opened and nothing must be appended.</returns>
    public bool BeginCommit(long commit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(commit, 1);
        lock (_lock)
        {
            if (_openCommit != 0)
            {
                throw new InvalidOperationException($"Commit {_openCommit} is still open.");
            }
            if (commit <= _commit)
            {
                return false;
            }
            (_openCommit, _openMark) = (commit, _hot.Mark);
            return true;
        }
    }

    /// <summary>Adds a sample to the open commit. Allocates only when a block is full.</summary>
    /// <exception cref="ArgumentException">A double that is not finite, or a time that the files cannot hold.</exception>
    public void Append(in Sample sample)
    {
        Require(_openCommit != 0);
        if (sample.Kind is ValueKind.Single or ValueKind.Double && !double.IsFinite(BitConverter.Int64BitsToDouble(sample.Bits)))
        {
            throw new ArgumentException("History takes finite numbers only.", nameof(sample));
        }
        if (sample.SourceTime < FileTime.Min || sample.SourceTime > FileTime.Max || sample.ServerTime < FileTime.Min || sample.ServerTime > FileTime.Max)
        {
            throw new ArgumentException($"Times must lie between {FileTime.Min} and {FileTime.Max}; the sample has {sample.SourceTime} and {sample.ServerTime}.", nameof(sample));
        }
        _hot.Append(sample, _openCommit);
    }

    /// <summary>Adds a lifecycle record to the open commit, whose number it gets.</summary>
    public void Append(LifecycleRecord record)
    {
        Require(_openCommit != 0);
        _hot.Append(record with { Commit = _openCommit });
    }

    /// <summary>Makes the open commit visible to readers. Completes at once, except where sealed tables wait for the disk:
    /// then, the commit being visible already, when there is room again.</summary>
    /// <returns>False where there is no room, for the disk fails, and a reader waits for a later commit: the writer should bring that,
    /// and let nobody commit more on the strength of it, for the store is beyond its bound.</returns>
    public ValueTask<bool> EndCommitAsync(CancellationToken cancellationToken)
    {
        Require(_openCommit != 0);
        bool fits;
        lock (_lock)
        {
            _commit = _openCommit;
            _openCommit = 0;
            _visible = _hot.View(_commit);
            _hotSince = _hotSince == 0 ? _clock.GetTimestamp() : _hotSince;
            CompleteCommitWaiters();
            fits = !IsFull || TryRotate();
        }
        return fits ? new ValueTask<bool>(true) : new ValueTask<bool>(WaitForRoomAsync(cancellationToken));
    }

    /// <summary>Takes back all that was appended to the open commit, which may be opened again.</summary>
    public void AbortCommit()
    {
        Require(_openCommit != 0);
        lock (_lock)
        {
            _hot.Cut(_openMark, _blocks.Return);
            _openCommit = 0;
            if (_wantsSeal)
            {
                TryRotate();
            }
        }
    }

    /// <summary>Completes when reads see <paramref name="commit"/>.</summary>
    public Task WaitForCommitAsync(long commit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (commit <= _commit)
            {
                return Task.CompletedTask;
            }
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _commitWaiters.Add((commit, done));
            LookForRoomAgain();
            return done.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops writing in the background. What is not in files yet is not written: the journal still holds it;
    /// <see cref="SealAsync"/> before, where the next start should be quick.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }
        await _stop.CancelAsync();
        await _ageTimer.DisposeAsync();
        _sealWake.Writer.TryComplete();
        _maintenanceWake.Writer.TryComplete();
        await EndAsync(_sealing);
        await EndAsync(_maintaining);
        lock (_lock)
        {
            foreach ((_, TaskCompletionSource done) in _commitWaiters)
            {
                done.TrySetException(new ObjectDisposedException(nameof(HistoryStore)));
            }
            _commitWaiters.Clear();
            _room.TrySetException(new ObjectDisposedException(nameof(HistoryStore)));
        }
        FailSealWaiters(new ObjectDisposedException(nameof(HistoryStore)), int.MaxValue);
        _readers.Dispose();
        _stop.Dispose();
    }

    // The folder's own name must be durable before the journal trims what the folder holds.
    private static void CreateRoot(string root, IFileActions files)
    {
        if (!Directory.Exists(root))
        {
            Directory.CreateDirectory(root);
            files.SyncDirectory(Path.GetDirectoryName(root) ?? root);
        }
    }

    private static async Task EndAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // That is how a background task stops.
        }
    }

    private bool IsFull => _wantsSeal || _hot.Rows >= _options.HotRows || _hot.TextBytes >= _options.HotTextBytes;

    private static void Require(bool isOpen)
    {
        if (!isOpen)
        {
            throw new InvalidOperationException("No commit is open.");
        }
    }

    private void CompleteCommitWaiters()
    {
        for (int i = _commitWaiters.Count - 1; i >= 0; i--)
        {
            if (_commitWaiters[i].Commit <= _commit)
            {
                _commitWaiters[i].Done.SetResult();
                _commitWaiters.RemoveAt(i);
            }
        }
    }
}
