using System.Collections.Immutable;
using System.Threading.Channels;

namespace Gemel.History;

/// <summary>Merging of small files, dropping of old ones, and removal of files nobody reads any more.</summary>
public sealed partial class HistoryStore
{
    private readonly Compactor _compactor;
    private readonly Channel<bool> _maintenanceWake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim _maintenanceTurn = new(1);
    private readonly Task _maintaining;

    // Files that left the store and that no reader has any more; guarded by _lock.
    private readonly List<SampleFile> _unusedSamples = [];
    private readonly List<LifecycleFile> _unusedLifecycle = [];

    /// <summary>Merges and drops files until nothing is left to do; done in the background after each seal as well.</summary>
    /// <exception cref="GemelException">GMH004, GMH005, GMH006 or GMH009, files could not be written or read, or are damaged; those in place stay.</exception>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        await _maintenanceTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        List<string> written = [];
        try
        {
            await Task.Run(() => Maintain(written, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsOfTheDisk(e))
        {
            lock (_manifestLock)
            {
                _leftovers.AddRange(written);
            }
            throw e as GemelException ?? new GemelException(HistoryErrors.WriteFailed.With(e.Message), e);
        }
        finally
        {
            _maintenanceTurn.Release();
        }
    }

    /// <summary>Gives a manifest of format 1 its hashes. Whole or not at all: a start that dies in between finds the former manifest and does it again.</summary>
    private Manifest Upgrade(Manifest former)
    {
        Manifest upgraded = _folder.WithHashes(former);
        try
        {
            _manifestFile.Swap(upgraded);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GemelException(HistoryErrors.WriteFailed.With(e.Message), e);
        }
        return upgraded;
    }

    private async Task RunMaintenanceAsync()
    {
        while (await _maintenanceWake.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
        {
            _maintenanceWake.Reader.TryRead(out _);
            try
            {
                await CompactAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (GemelException e)
            {
                // The next seal wakes this task again; until it succeeds or a seal does, the figure shows the reason.
                Volatile.Write(ref _failure, e.Error);
            }
        }
    }

    private void Maintain(List<string> written, CancellationToken cancellationToken)
    {
        RemoveLeftovers();
        DropExpired();
        while (!cancellationToken.IsCancellationRequested && (MergeSamples(written) || MergeLifecycle(written)))
        {
            written.Clear();
        }
        RemoveUnused();
    }

    private bool MergeSamples(List<string> written)
    {
        ImmutableArray<SampleFile> files;
        lock (_manifestLock)
        {
            files = _manifest.Samples;
        }
        ImmutableArray<SampleFile> merged = _compactor.Choose(files);
        if (merged.IsEmpty)
        {
            return false;
        }
        SampleFile file = _compactor.Merge(merged, _readers, written);
        ReplaceFiles(merged, [file], [], []);
        return true;
    }

    private bool MergeLifecycle(List<string> written)
    {
        ImmutableArray<LifecycleFile> files;
        lock (_manifestLock)
        {
            files = _manifest.Lifecycle;
        }
        ImmutableArray<LifecycleFile> merged = _compactor.Choose(files);
        if (merged.IsEmpty)
        {
            return false;
        }
        LifecycleFile file = _compactor.Merge(merged, written);
        ReplaceFiles([], [], merged, [file]);
        return true;
    }

    private void DropExpired()
    {
        if (_options.Retention is not { } retention)
        {
            return;
        }
        ImmutableArray<SampleFile> expired;
        lock (_manifestLock)
        {
            expired = [.. _manifest.Samples.Where(file => IsExpired(file, retention))];
        }
        if (!expired.IsEmpty)
        {
            ReplaceFiles(expired, [], [], []);
        }
    }

    private bool IsExpired(SampleFile file, TimeSpan retention) =>
        file.MaxTime < Timestamp.From(_clock.GetUtcNow()).Ticks - retention.Ticks;

    private void ReplaceFiles(
        ImmutableArray<SampleFile> samplesOut, ImmutableArray<SampleFile> samplesIn,
        ImmutableArray<LifecycleFile> lifecycleOut, ImmutableArray<LifecycleFile> lifecycleIn)
    {
        lock (_manifestLock)
        {
            Swap(_manifest with
            {
                Samples = _manifest.Samples.RemoveRange(samplesOut).AddRange(samplesIn),
                Lifecycle = [.. _manifest.Lifecycle.RemoveRange(lifecycleOut).AddRange(lifecycleIn).OrderBy(file => file.MinCommit)],
            }, waiting => waiting, () =>
            {
                _unusedSamples.AddRange(samplesOut);
                _unusedLifecycle.AddRange(lifecycleOut);
                _maintenanceWake.Writer.TryWrite(true);
            });
        }
    }

    private void RemoveUnused()
    {
        SampleFile[] samples;
        LifecycleFile[] lifecycle;
        lock (_lock)
        {
            samples = [.. _unusedSamples];
            lifecycle = [.. _unusedLifecycle];
        }
        foreach (SampleFile file in samples)
        {
            _readers.Forget(file);
            _folder.Files.Delete(_folder.Full(file.Path));
        }
        foreach (LifecycleFile file in lifecycle)
        {
            _checks.Forget(file);
            _folder.Files.Delete(_folder.Full(file.Path));
        }
        lock (_lock)
        {
            _unusedSamples.RemoveAll(samples.Contains);
            _unusedLifecycle.RemoveAll(lifecycle.Contains);
        }
    }

    // A seal or merge that failed may have failed after its manifest was in place on disk: only a manifest written since
    // (this one) says for sure that its files do not belong to the store.
    private void RemoveLeftovers()
    {
        lock (_manifestLock)
        {
            if (_leftovers.Count == 0)
            {
                return;
            }
            Swap(_manifest, waiting => waiting, null);
            foreach (string path in _leftovers)
            {
                _folder.Files.Delete(_folder.Full(path));
                _folder.Files.Delete(_folder.Full(path) + ".tmp");
            }
            _leftovers.Clear();
        }
    }
}
