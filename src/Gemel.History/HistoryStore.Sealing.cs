using System.Collections.Immutable;
using System.Threading.Channels;

namespace Gemel.History;

/// <summary>The way from the hot table into files: two background tasks, one that seals and one that merges.</summary>
public sealed partial class HistoryStore
{
    private readonly ManifestFile _manifestFile;
    private readonly Sealer _sealer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _sealWake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ITimer _ageTimer;
    private readonly Task _sealing;
    private readonly List<(long Commit, int Attempt, TaskCompletionSource Done)> _sealWaiters = [];
    // Number of the latest attempt to write a table; one that failed says nothing to who asked after it began.
    private int _attempt;

    // Taken before _lock where both are needed; held over the swap of the manifest.
    private readonly Lock _manifestLock = new();
    private Manifest _manifest;
    private long _durable;
    private GemelError? _failure;
    private TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Files of seals or merges that failed: removed after the next manifest is in place, which surely does not name them.
    private readonly List<string> _leftovers = [];

    /// <summary>All commits up to here are in files; the writer follows the journal from here after a restart.</summary>
    public long DurableCommit => Interlocked.Read(ref _durable);

    /// <summary>Why files cannot be written at present; null where all is well.</summary>
    public GemelError? Failure => Volatile.Read(ref _failure);

    /// <summary>Writes everything up to the last ended commit into files.</summary>
    /// <returns>When it is durable, or when an attempt failed (the table stays, and the store goes on trying by itself).</returns>
    /// <exception cref="GemelException">GMH005, the files could not be written.</exception>
    public Task SealAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_commit <= DurableCommit)
            {
                return Task.CompletedTask;
            }
            if (_sealedCommit < _commit && (_openCommit != 0 || !TryRotate()))
            {
                _wantsSeal = true;
            }
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _sealWaiters.Add((_commit, _attempt, done));
            _sealWake.Writer.TryWrite(true);
            return done.Task.WaitAsync(cancellationToken);
        }
    }

    // Under _lock, no commit open. False where as many tables wait as may.
    private bool TryRotate()
    {
        StoreVersion version = _versions.Current;
        if (version.Waiting.Length >= _options.WaitingTables)
        {
            return false;
        }
        var sealedTable = new SealedTable(_hot, _visible, _commit, Series.Count);
        _versions.Replace(new StoreVersion(version.Waiting.Add(sealedTable), version.Samples, version.Lifecycle));
        _hot = new HotTable(_blocks.Rent);
        _visible = _hot.View(_commit);
        (_hotSince, _sealedCommit, _wantsSeal) = (0, _commit, false);
        _sealWake.Writer.TryWrite(true);
        return true;
    }

    // Also drops what has become too old where nobody writes any more.
    private void LookAtAges()
    {
        SealByAge();
        if (_options.Retention is { } retention && _versions.Current.Samples.Any(file => IsExpired(file, retention)))
        {
            _maintenanceWake.Writer.TryWrite(true);
        }
    }

    private void SealByAge()
    {
        lock (_lock)
        {
            bool isOld = _hotSince != 0 && _clock.GetElapsedTime(_hotSince) >= _options.HotAge;
            if (isOld && (_openCommit != 0 || !TryRotate()))
            {
                _wantsSeal = true;
            }
        }
    }

    private async Task<bool> WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (!IsFull || TryRotate())
                {
                    return true;
                }
                // Reads go on while the disk is full: what was acknowledged before it was must be in their answers.
                if (_failure is not null && _commitWaiters.Count > 0)
                {
                    return false;
                }
                room = _room.Task;
            }
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunSealsAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                SealedTable? next;
                lock (_lock)
                {
                    next = _versions.Current.Waiting.FirstOrDefault();
                    _attempt++;
                }
                bool written = next is not null && TryWrite(next);
                if (!written)
                {
                    await WaitToSealAsync(isRetry: next is not null).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A bug of ours: without this task nothing gets durable, so whoever writes must learn of it, and whoever looks.
            Volatile.Write(ref _failure, HistoryErrors.WriteFailed.With(e.Message));
            FailSealWaiters(e, int.MaxValue);
            lock (_lock)
            {
                _room.TrySetException(e);
            }
            throw;
        }
    }

    // Ends with whichever comes first: a request, the end of the retry delay, the stop of the store.
    private async Task WaitToSealAsync(bool isRetry)
    {
        Task request = _sealWake.Reader.WaitToReadAsync(_stop.Token).AsTask();
        Task first = isRetry ? await Task.WhenAny(request, Task.Delay(_options.RetryDelay, _clock, _stop.Token)).ConfigureAwait(false) : request;
        await first.ConfigureAwait(false);
        _sealWake.Reader.TryRead(out _);
    }

    private bool TryWrite(SealedTable table)
    {
        List<string> written = [];
        try
        {
            (List<SampleFile> samples, List<LifecycleFile> lifecycle) = _sealer.Write(table, written);
            lock (_manifestLock)
            {
                long seriesBytes = SeriesFile.Append(_folder.Files, _folder.SeriesPath, _manifest.SeriesBytes, Series, _manifest.SeriesCount, table.SeriesCount);
                Swap(_manifest with
                {
                    Commit = table.Commit,
                    SeriesCount = table.SeriesCount,
                    SeriesBytes = seriesBytes,
                    Samples = _manifest.Samples.AddRange(samples),
                    Lifecycle = _manifest.Lifecycle.AddRange(lifecycle),
                }, waiting => waiting.Remove(table), () => table.Table.Recycle(_blocks.Return));
            }
            Wrote(table);
            return true;
        }
        catch (Exception e) when (IsOfTheDisk(e))
        {
            Failed(e, written);
            return false;
        }
    }

    // Under _manifestLock. First the disk, then memory: a reader never sees what a crash could take back.
    private void Swap(Manifest next, Func<ImmutableArray<SealedTable>, ImmutableArray<SealedTable>> waiting, Action? whenUnused)
    {
        next = next with { NextFile = _folder.NextFile };
        _manifestFile.Swap(next);
        _manifest = next;
        Interlocked.Exchange(ref _durable, next.Commit);
        lock (_lock)
        {
            _versions.Replace(new StoreVersion(waiting(_versions.Current.Waiting), next.Samples, next.Lifecycle), whenUnused);
        }
    }

    private void Wrote(SealedTable table)
    {
        Volatile.Write(ref _failure, null);
        lock (_lock)
        {
            for (int i = _sealWaiters.Count - 1; i >= 0; i--)
            {
                if (_sealWaiters[i].Commit <= table.Commit)
                {
                    _sealWaiters[i].Done.SetResult();
                    _sealWaiters.RemoveAt(i);
                }
            }
            if (_wantsSeal && _openCommit == 0)
            {
                TryRotate();
            }
            LookForRoomAgain();
        }
        _maintenanceWake.Writer.TryWrite(true);
    }

    // Under _lock.
    private void LookForRoomAgain()
    {
        _room.TrySetResult();
        _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void Failed(Exception exception, List<string> written)
    {
        GemelException failure = exception as GemelException ?? new GemelException(HistoryErrors.WriteFailed.With(exception.Message), exception);
        Volatile.Write(ref _failure, failure.Error);
        lock (_manifestLock)
        {
            _leftovers.AddRange(written);
        }
        lock (_lock)
        {
            LookForRoomAgain();
        }
        FailSealWaiters(failure, _attempt);
    }

    private void FailSealWaiters(Exception failure, int attempt)
    {
        lock (_lock)
        {
            foreach ((_, int asked, TaskCompletionSource done) in _sealWaiters)
            {
                if (asked < attempt)
                {
                    done.SetException(failure);
                }
            }
            _sealWaiters.RemoveAll(waiter => waiter.Attempt < attempt);
        }
    }

    private static bool IsOfTheDisk(Exception e) =>
        e is IOException or UnauthorizedAccessException or ParquetSharp.ParquetException or GemelException;
}
