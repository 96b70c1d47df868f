using System.Collections.Immutable;

namespace Gemel.Cluster;

/// <summary>Reads how the values of a twin were.</summary>
public interface IHistoryReader
{
    /// <summary>Raw points.</summary>
    /// <returns>One series per asked path that the twin's model has; a path it never had is an error.</returns>
    ValueTask<Outcome<HistoryPage>> ReadAsync(HistoryQuery query, CancellationToken cancellationToken);

    /// <summary>Aggregates over buckets aligned to the epoch; empty buckets are left out.</summary>
    ValueTask<Outcome<BucketPage>> ReadBucketsAsync(HistoryQuery query, TimeSpan every, ImmutableArray<BucketFunction> functions, CancellationToken cancellationToken);
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

public enum BucketFunction
{
    Mean,
    /// <summary>Mean weighted by time, each value holding until the next.</summary>
    Twa,
    Min,
    Max,
    Sum,
    Count,
    First,
    Last,
}

public sealed record BucketPage(ImmutableArray<BucketSeries> Series, string? Continuation);

public sealed record BucketSeries(string Path, string? Unit, IReadOnlyList<HistoryBucket> Buckets);

/// <param name="Start">Start of the bucket.</param>
/// <param name="Samples">How many samples it holds.</param>
/// <param name="Values">In the order of the asked functions; NaN where a function has no value.</param>
public readonly record struct HistoryBucket(Timestamp Start, long Samples, ImmutableArray<double> Values);
