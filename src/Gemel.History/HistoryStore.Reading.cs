using System.Collections.Immutable;

namespace Gemel.History;

/// <summary>Reads. Each sees one commit throughout, blocks its caller while it reads files, and never blocks the writer.</summary>
public sealed partial class HistoryStore
{
    /// <summary>Raw points, one series per path of the request.</summary>
    /// <exception cref="GemelException">GMH004, GMH006, GMH009, a file is missing, damaged or cannot be read.</exception>
    public IReadOnlyList<HistorySeries> ReadRaw(HistoryRequest request, CancellationToken cancellationToken)
    {
        Check(request);
        using StoreSnapshot snapshot = TakeSnapshot();
        var reader = new RawReader(request, Paths(request, snapshot), Series);
        return [.. Enumerable.Range(0, request.Paths.Count).Select(path => reader.Read(path, cancellationToken))];
    }

    /// <summary>Functions over buckets of time, one series per path of the request.</summary>
    /// <remarks>Only good values count, with <see cref="HistoryRequest.IncludesAll"/> uncertain ones too; bad ones never do.
    /// A point that does not count ends the time for which the value before it held. The last value holds until the end of
    /// the range, at most until now. <see cref="HistoryRequest.Limit"/> counts buckets.</remarks>
    /// <exception cref="GemelException">GMH004, GMH006, GMH009, a file is missing, damaged or cannot be read.</exception>
    public IReadOnlyList<BucketSeries> ReadBuckets(HistoryRequest request, BucketPeriod every, BucketFunctions functions, CancellationToken cancellationToken)
    {
        Check(request);
        using StoreSnapshot snapshot = TakeSnapshot();
        Timestamp now = Timestamp.From(_clock.GetUtcNow());
        var reader = new BucketReader(request, every, functions, now, Paths(request, snapshot), Series);
        return [.. Enumerable.Range(0, request.Paths.Count).Select(path => reader.Read(path, cancellationToken))];
    }

    /// <summary>Streams lifecycle records in order of commits; holds its view of the store until the enumeration ends.</summary>
    /// <exception cref="GemelException">GMH004, GMH006, GMH009, a file is missing, damaged or cannot be read.</exception>
    public IEnumerable<LifecycleRecord> ReadLifecycle(LifecycleRequest request)
    {
        using StoreSnapshot snapshot = TakeSnapshot();
        foreach (LifecycleFile file in snapshot.Lifecycle.Where(file => file.MinCommit <= request.ToCommit && file.MaxCommit >= request.FromCommit))
        {
            _checks.Require(file);
            foreach (LifecycleRecord record in LifecycleFileReader.RowGroups(_folder.Full(file.Path)).SelectMany(group => group).Where(Matches))
            {
                yield return record;
            }
        }
        foreach (HotView table in snapshot.Tables)
        {
            for (int i = 0; i < table.Lifecycle.Length; i++)
            {
                LifecycleRecord record = table.Lifecycle.Span[i];
                if (Matches(record))
                {
                    yield return record;
                }
            }
        }

        bool Matches(LifecycleRecord record) =>
            record.Commit >= request.FromCommit && record.Commit <= request.ToCommit
            && (request.Subject is null || record.Subject == request.Subject)
            && (request.Id is null || record.Id == request.Id)
            && (request.Key is null || record.Key == request.Key);
    }

    /// <summary>The files as they are, for a copy that may be made while the store goes on.</summary>
    public HistoryCapture Capture()
    {
        // Under this lock the manifest and the version of the store name the same files.
        lock (_manifestLock)
        {
            Manifest manifest = _manifest;
            CapturedFile[] files = [.. manifest.Files.Select(file => new CapturedFile(file.Path, _folder.Full(file.Path), file.Bytes, file.Hash))];
            CapturedFile series = new(SeriesFile.FileName, _folder.SeriesPath, manifest.SeriesBytes, Hash: null);
            return new HistoryCapture(manifest.Commit, ManifestFile.Render(manifest), series, files).Holding(TakeSnapshot());
        }
    }

    internal StoreSnapshot TakeSnapshot()
    {
        lock (_lock)
        {
            StoreVersion version = _versions.Acquire();
            ImmutableArray<HotView> tables = [.. version.Waiting.Select(table => table.View), _visible];
            return new StoreSnapshot(tables, version, _commit, () =>
            {
                lock (_lock)
                {
                    _versions.Release(version);
                }
            });
        }
    }

    private static void Check(HistoryRequest request) => ArgumentOutOfRangeException.ThrowIfLessThan(request.Limit, 1);

    private PathReader Paths(HistoryRequest request, StoreSnapshot snapshot)
    {
        long asOf = Math.Min(request.AsOfCommit ?? long.MaxValue, snapshot.Commit);
        return new PathReader(snapshot, new SeriesSelection(Series, request.Twins, request.Paths), _readers, asOf);
    }
}
