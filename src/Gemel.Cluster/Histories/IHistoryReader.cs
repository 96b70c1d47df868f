using System.Collections.Immutable;
using Gemel.History;

namespace Gemel.Cluster;

/// <summary>Reads how the values of a twin were.</summary>
public interface IHistoryReader
{
    /// <summary>Raw points.</summary>
    /// <returns>One series per asked path that the twin's model has; a path it never had is an error.</returns>
    ValueTask<Outcome<HistoryPage>> ReadAsync(HistoryQuery query, CancellationToken cancellationToken);

    /// <summary>Aggregates over buckets aligned to the epoch; empty buckets are left out.</summary>
    ValueTask<Outcome<BucketPage>> ReadBucketsAsync(HistoryQuery query, BucketPeriod every, BucketFunctions functions, CancellationToken cancellationToken);
}

/// <param name="Paths">Empty: all of the twin's columns.</param>
/// <param name="From">Inclusive; none: from the beginning.</param>
/// <param name="To">Exclusive; none: no bound.</param>
/// <param name="Limit">Points (buckets) per path.</param>
/// <param name="IncludeAll">Points of uncertain and bad quality too.</param>
/// <param name="BoundaryPrevious">Adds the value that held at <paramref name="From"/>.</param>
/// <param name="Continuation">From the page before; null for the first.</param>
public sealed record HistoryQuery(
    TwinId Twin,
    ImmutableArray<string> Paths,
    Timestamp From,
    Timestamp To,
    int Limit,
    bool Descending = false,
    bool IncludeAll = false,
    bool BoundaryPrevious = false,
    string? Continuation = null);

/// <param name="Continuation">Null on the last page.</param>
public sealed record HistoryPage(ImmutableArray<HistorySeries> Series, string? Continuation);

/// <param name="Unit">In which the points are, the present model's; null where it has none.</param>
public sealed record HistorySeries(string Path, string? Unit, IReadOnlyList<HistoryPoint> Points);

/// <param name="ValueJson">The value as JSON; empty where the point has no value.</param>
public readonly record struct HistoryPoint(Timestamp Time, ReadOnlyMemory<byte> ValueJson, Quality Quality, string? Reason);

public sealed record BucketPage(ImmutableArray<BucketSeries> Series, string? Continuation);

public sealed record BucketSeries(string Path, string? Unit, IReadOnlyList<HistoryBucket> Buckets);

