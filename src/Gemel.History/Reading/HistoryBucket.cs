namespace Gemel.History;

/// <summary>The functions over one bucket of one path. Only buckets with at least one counted sample exist.</summary>
/// <param name="Start">Start of the bucket, also where the range asked for begins later.</param>
/// <param name="Count">Counted samples of every kind.</param>
/// <param name="Mean">Null where not asked for or no counted sample is a number; so are the other numbers.</param>
/// <param name="TimeWeighted">Over the time within bucket and range for which a counted number held; the last value where
/// that time is zero.</param>
public readonly record struct HistoryBucket(
    Timestamp Start, long Count, double? Mean, double? TimeWeighted, double? Min, double? Max, double? Sum,
    HistoryValue? First, HistoryValue? Last);
