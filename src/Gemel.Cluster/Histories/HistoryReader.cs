using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gemel.Graph;
using Gemel.History;
using Gemel.Journal;
using Gemel.Modeling;
using LifecycleSubject = Gemel.History.LifecycleSubject;

namespace Gemel.Cluster;

/// <summary>Answers by twin id and in the units of the present model what the store keeps by life and series.</summary>
internal sealed class HistoryReader(
    HistoryStore store, FollowerLoop follower, ShardSet shards, DurableClock durable, Func<Catalog> catalog) : IHistoryReader
{
    private const int MaxCachedLives = 100_000;

    private readonly ConcurrentDictionary<TwinId, ImmutableArray<TwinLife>> _lives = new();

    public async ValueTask<Outcome<HistoryPage>> ReadAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        Outcome<HistoryRequest> prepared = await PrepareAsync(query, cancellationToken).ConfigureAwait(false);
        if (!prepared.TryGetValue(out HistoryRequest? request))
        {
            return Outcome<HistoryPage>.Failure(prepared.Errors);
        }
        IReadOnlyList<History.HistorySeries> found = store.ReadRaw(request, cancellationToken);
        UnitsOfPaths units = UnitsOf(query.Twin);
        ImmutableArray<HistorySeries> series = [.. found.Select(s => new HistorySeries(s.Path, units.Of(s.Path), Points(s, query.Continuation is null)))];
        return new HistoryPage(series, HistoryContinuation.Write(found.Select(s => (s.Path, s.Next))));
    }

    public async ValueTask<Outcome<BucketPage>> ReadBucketsAsync(
        HistoryQuery query, BucketPeriod every, BucketFunctions functions, CancellationToken cancellationToken)
    {
        Outcome<HistoryRequest> prepared = await PrepareAsync(query, cancellationToken).ConfigureAwait(false);
        if (!prepared.TryGetValue(out HistoryRequest? request))
        {
            return Outcome<BucketPage>.Failure(prepared.Errors);
        }
        IReadOnlyList<History.BucketSeries> found = store.ReadBuckets(request, every, functions, cancellationToken);
        UnitsOfPaths units = UnitsOf(query.Twin);
        ImmutableArray<BucketSeries> series = [.. found.Select(s => new BucketSeries(s.Path, units.Of(s.Path), s.Buckets))];
        return new BucketPage(series, HistoryContinuation.Write(found.Select(s => (s.Path, s.Next))));
    }

    private async ValueTask<Outcome<HistoryRequest>> PrepareAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        // What the caller has had acknowledged lies at or before this commit, and must be in the answer.
        long acknowledged = durable.Commit;
        Task visible = store.WaitForCommitAsync(acknowledged, cancellationToken);
        if (!visible.IsCompletedSuccessfully)
        {
            // The follower has taken it a little later, or tells that it never will.
            await Task.WhenAny(visible, follower.WaitAsync(acknowledged, cancellationToken)).Unwrap().ConfigureAwait(false);
        }
        ImmutableArray<TwinLife> lives = LivesOf(query.Twin);
        if (lives.IsEmpty)
        {
            return ClusterErrors.TwinNotFound.With(query.Twin);
        }
        string[] known = PathsOf(query.Twin, lives);
        GemelError[] unknown = [.. query.Paths.Where(path => !known.Contains(path))
            .Select(path => ClusterErrors.HistoryPathUnknown.With(query.Twin, path, string.Join(", ", known)).On(path))];
        if (unknown.Length > 0)
        {
            return Outcome<HistoryRequest>.Failure(unknown);
        }
        IReadOnlyDictionary<string, Timestamp>? after = null;
        if (query.Continuation is { } token && !HistoryContinuation.TryRead(token, out after))
        {
            return ClusterErrors.BadContinuation.With();
        }
        UnitsOfPaths units = UnitsOf(query.Twin);
        return new HistoryRequest
        {
            Twins = [.. lives.Select(life => life.Key)],
            Paths = query.Paths.IsDefaultOrEmpty ? known : query.Paths,
            From = query.From.IsNone ? HistoryBounds.First : query.From,
            To = query.To.IsNone ? HistoryBounds.End : query.To,
            Limit = query.Limit,
            IsDescending = query.Descending,
            IncludesAll = query.IncludeAll,
            HasBoundary = query.BoundaryPrevious && query.Continuation is null,
            After = after,
            Conversion = units.Convert,
        };
    }

    private ImmutableArray<TwinLife> LivesOf(TwinId id)
    {
        TwinKey? present = Find(id)?.Key;
        // Of an id without a twin the last life may have come and gone since it was looked up.
        if (present is not null && _lives.TryGetValue(id, out ImmutableArray<TwinLife> cached) && cached[^1].Key == present)
        {
            return cached;
        }
        ImmutableArray<TwinLife> lives = [.. store
            .ReadLifecycle(new LifecycleRequest { Subject = LifecycleSubject.Twin, Id = id.Value })
            .Where(record => record.Action == LifecycleAction.Created)
            .OrderBy(record => record.Commit)
            .Select(record => new TwinLife(record.Key))];
        if (_lives.Count >= MaxCachedLives)
        {
            _lives.Clear();
        }
        return lives.IsEmpty ? lives : _lives[id] = lives;
    }

    private string[] PathsOf(TwinId id, ImmutableArray<TwinLife> lives)
    {
        IEnumerable<string> present = Find(id)?.Schema.Columns.Select(column => column.Path) ?? [];
        return [.. present.Concat(lives.SelectMany(life => store.Series.Of(life.Key)).Select(series => series.Path)).Distinct()];
    }

    private UnitsOfPaths UnitsOf(TwinId id) =>
        new(Find(id)?.Schema is { } schema && catalog().Models.TryGet(schema.Model, out ModelEntry? model) ? model.Schema : Find(id)?.Schema);

    private Twin? Find(TwinId id) => shards.Of(id).Directory.Find(id.Value);

    private static HistoryPoint[] Points(History.HistorySeries series, bool isFirstPage)
    {
        IEnumerable<History.HistoryPoint> points = isFirstPage && series.Boundary is { } boundary ? series.Points.Prepend(boundary) : series.Points;
        return [.. points.Select(point => new HistoryPoint(point.Time, HistoryJson.Of(point.Value), point.Quality, point.Reason))];
    }

    private readonly record struct TwinLife(TwinKey Key);
}
