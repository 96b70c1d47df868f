namespace Gemel.History;

/// <summary>The buckets of one path in the order asked for.</summary>
/// <param name="Next">Start of the last bucket given, after which a further page goes on; null where all were given.</param>
public sealed record BucketSeries(string Path, IReadOnlyList<HistoryBucket> Buckets, Timestamp? Next);
