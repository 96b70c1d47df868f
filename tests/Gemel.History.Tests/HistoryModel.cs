namespace Gemel.History.Tests;

/// <summary>History as a plain list: what the store must equal.</summary>
internal sealed class HistoryModel
{
    private readonly List<(long Commit, Row Row)> _rows = [];

    public void Add(long commit, IEnumerable<Row> rows) => _rows.AddRange(rows.Select(row => (commit, row)));

    /// <summary>One row per source time, the last that was not a repetition, ascending.</summary>
    public List<Row> Rows(string path, long asOf = long.MaxValue) =>
        [.. _rows.Where(row => row.Row.Path == path && row.Commit <= asOf)
            .GroupBy(row => row.Row.Time)
            .OrderBy(group => group.Key)
            .Select(group => group.Select(row => row.Row).Aggregate((latest, row) => Repeats(row, latest) ? latest : row))];

    /// <summary>As <see cref="HistoryStore.ReadRaw"/>.</summary>
    public (List<Row> Points, Row? Boundary) Raw(HistoryRequest request, string path)
    {
        List<Row> counted = [.. Rows(path, request.AsOfCommit ?? long.MaxValue).Where(row => request.IncludesAll || row.Quality == Quality.Good)];
        List<Row> within = [.. counted.Where(row => row.Time >= request.From && row.Time < request.To)];
        if (request.IsDescending)
        {
            within.Reverse();
        }
        bool isOnEdge = within.Exists(row => row.Time == request.From);
        bool reachesStart = !request.IsDescending || within.Count <= request.Limit;
        Row? before = request.HasBoundary && !isOnEdge && reachesStart ? counted.LastOrDefault(row => row.Time < request.From) : null;
        return ([.. within.Take(request.Limit)], before);
    }

    /// <summary>Count, sum, minimum and time-weighted mean per bucket with samples, computed the slow way.</summary>
    public List<(Timestamp Start, long Count, double Sum, double Min, double TimeWeighted)> Buckets(HistoryRequest request, string path, TimeSpan every, Timestamp now)
    {
        List<Row> rows = Rows(path);
        List<(Timestamp, long, double, double, double)> buckets = [];
        var period = BucketPeriod.Of(every);
        foreach (IGrouping<Timestamp, Row> bucket in rows.Where(row => row.Time >= request.From && row.Time < request.To && Counts(row)).GroupBy(row => period.StartOf(row.Time)))
        {
            double[] numbers = [.. bucket.Where(row => row.Kind == ValueKind.Double).Select(Number)];
            buckets.Add((bucket.Key, bucket.Count(), numbers.Sum(), numbers.DefaultIfEmpty().Min(), TimeWeighted(bucket.Key, period.Next(bucket.Key), numbers)));
        }
        if (request.IsDescending)
        {
            buckets.Reverse();
        }
        return [.. buckets.Take(request.Limit)];

        bool Counts(Row row) => row.Quality == Quality.Good || (request.IncludesAll && row.Quality == Quality.Uncertain);

        double TimeWeighted(Timestamp start, Timestamp end, double[] numbers)
        {
            double sum = 0;
            double weight = 0;
            for (int i = 0; i < rows.Count; i++)
            {
                Timestamp until = i + 1 < rows.Count && rows[i + 1].Time < request.To ? rows[i + 1].Time : Min(request.To, now);
                long ticks = Min(until, end).Ticks - Max(Max(rows[i].Time, start), request.From).Ticks;
                if (rows[i].Time < request.To && ticks > 0 && Counts(rows[i]) && rows[i].Kind == ValueKind.Double)
                {
                    sum += Number(rows[i]) * ticks;
                    weight += ticks;
                }
            }
            return weight > 0 ? sum / weight : numbers.LastOrDefault();
        }
    }

    public static double Number(Row row) => BitConverter.Int64BitsToDouble(row.Bits);

    private static bool Repeats(Row row, Row latest) =>
        (row.Kind, row.Bits, row.Text, row.Quality, row.Reason, row.Unit) == (latest.Kind, latest.Bits, latest.Text, latest.Quality, latest.Reason, latest.Unit);

    private static Timestamp Min(Timestamp a, Timestamp b) => a < b ? a : b;

    private static Timestamp Max(Timestamp a, Timestamp b) => a > b ? a : b;
}
