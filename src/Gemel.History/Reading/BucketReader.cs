namespace Gemel.History;

/// <summary>Computes functions over buckets while points stream by, in either direction.</summary>
/// <remarks>
/// A counted number holds from its source time until the next point (of any quality) or the end of the range; each stretch
/// is laid over the buckets it covers. Ascending, the stretch of a point is known when the next point comes; descending,
/// when the point itself comes, for then its end is the point seen before. Both lay stretches in the order of buckets.
/// </remarks>
internal sealed class BucketReader(
    HistoryRequest request, BucketPeriod every, BucketFunctions functions, Timestamp now, PathReader reader, SeriesCatalog catalog)
{
    private readonly SeriesCursor _series = new(catalog);

    public BucketSeries Read(int path, CancellationToken cancellationToken)
    {
        string name = request.Paths[path];
        if (request.After is not null && !request.After.ContainsKey(name))
        {
            return new BucketSeries(name, [], null);
        }
        (Timestamp from, Timestamp to) = Range(name);
        var buckets = new BucketSink(every, functions, request.Limit, request.IsDescending);
        if (from < to)
        {
            if (request.IsDescending)
            {
                ReadDescending(path, from, to, buckets, cancellationToken);
            }
            else
            {
                ReadAscending(path, from, to, buckets, cancellationToken);
            }
        }
        return new BucketSeries(name, buckets.Done, buckets.HasMore ? buckets.Done[^1].Start : null);
    }

    private (Timestamp From, Timestamp To) Range(string path)
    {
        if (request.After is null)
        {
            return (request.From, request.To);
        }
        Timestamp after = request.After[path];
        return request.IsDescending
            ? (request.From, after < request.To ? after : request.To)
            : (every.Next(after) is var next && next > request.From ? next : request.From, request.To);
    }

    private void ReadAscending(int path, Timestamp from, Timestamp to, BucketSink buckets, CancellationToken cancellationToken)
    {
        double? held = WantsTime ? HeldBefore(path, from) : null;
        Timestamp since = from;
        MergedRows rows = reader.Open(path, from.Ticks, to.Ticks, isDescending: false);
        while (!buckets.HasMore && rows.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var time = new Timestamp(rows.Batch.Time[rows.Row]);
            buckets.Hold(held, since, time);
            held = Take(path, rows, time, buckets);
            since = time;
        }
        buckets.Hold(held, since, Earlier(to, now));
        buckets.End();
    }

    private void ReadDescending(int path, Timestamp from, Timestamp to, BucketSink buckets, CancellationToken cancellationToken)
    {
        Timestamp until = Earlier(to, now);
        MergedRows rows = reader.Open(path, WantsTime ? long.MinValue : from.Ticks, to.Ticks, isDescending: true);
        while (!buckets.HasMore && rows.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var time = new Timestamp(rows.Batch.Time[rows.Row]);
            if (time < from)
            {
                buckets.Hold(Number(path, rows), from, until);
                break;
            }
            buckets.Hold(Number(path, rows), time, until);
            Take(path, rows, time, buckets);
            until = time;
        }
        buckets.End();
    }

    private bool WantsTime => functions.HasFlag(BucketFunctions.TimeWeighted);

    /// <summary>Counts the sample of the present row.</summary>
    /// <returns>The number that holds from it on; null where none does.</returns>
    private double? Take(int path, MergedRows rows, Timestamp time, BucketSink buckets)
    {
        if (!Counts(rows))
        {
            return null;
        }
        HistoryValue value = Value(path, rows);
        buckets.Count(time, value);
        return value.IsNumeric ? value.Number : null;
    }

    private double? HeldBefore(int path, Timestamp from)
    {
        MergedRows rows = reader.Open(path, long.MinValue, from.Ticks, isDescending: true);
        return rows.MoveNext() ? Number(path, rows) : null;
    }

    private double? Number(int path, MergedRows rows) =>
        Counts(rows) && Value(path, rows) is { IsNumeric: true } value ? value.Number : null;

    // A row without a value (null) is bad by its quality; a bad value never counts.
    private bool Counts(MergedRows rows) =>
        rows.Batch.Kind[rows.Row] != (byte)ValueKind.None && rows.Batch.Quality[rows.Row] != (byte)Quality.Bad
        && PathReader.Counts(rows.Batch.Quality[rows.Row], request.IncludesAll);

    private HistoryValue Value(int path, MergedRows rows)
    {
        _series.MoveTo(rows.Batch.Series[rows.Row]);
        return Values.Converted(rows.Batch, rows.Row, request.Paths[path], _series.Name.Unit, request.Conversion);
    }

    private static Timestamp Earlier(Timestamp left, Timestamp right) => left < right ? left : right;
}
