namespace Gemel.History;

/// <summary>Reads points as they were stored.</summary>
internal sealed class RawReader(HistoryRequest request, PathReader reader, SeriesCatalog catalog)
{
    private readonly SeriesCursor _series = new(catalog);

    public HistorySeries Read(int path, CancellationToken cancellationToken)
    {
        string name = request.Paths[path];
        if (request.After is not null && !request.After.ContainsKey(name))
        {
            return new HistorySeries(name, [], null, null);
        }
        (long from, long to) = Range(name);
        List<HistoryPoint> points = [];
        bool hasMore = false;
        if (from < to)
        {
            MergedRows rows = reader.Open(path, from, to, request.IsDescending);
            while (!hasMore && rows.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (PathReader.Counts(rows.Batch.Quality[rows.Row], request.IncludesAll))
                {
                    hasMore = points.Count == request.Limit;
                    if (!hasMore)
                    {
                        points.Add(Point(name, rows));
                    }
                }
            }
        }
        return new HistorySeries(name, points, Boundary(path, points, hasMore), hasMore ? points[^1].Time : null);
    }

    private (long From, long To) Range(string path)
    {
        if (request.After is null)
        {
            return (request.From.Ticks, request.To.Ticks);
        }
        long after = request.After[path].Ticks;
        return request.IsDescending ? (request.From.Ticks, Math.Min(request.To.Ticks, after)) : (Math.Max(request.From.Ticks, after + 1), request.To.Ticks);
    }

    // With the page that reaches the start of the range: the first one ascending, the last one descending.
    private HistoryPoint? Boundary(int path, List<HistoryPoint> points, bool hasMore)
    {
        bool reachesStart = request.IsDescending ? !hasMore : request.After is null;
        HistoryPoint? first = points.Count == 0 ? null : request.IsDescending ? points[^1] : points[0];
        if (!request.HasBoundary || !reachesStart || first?.Time == request.From)
        {
            return null;
        }
        MergedRows rows = reader.Open(path, long.MinValue, request.From.Ticks, isDescending: true);
        while (rows.MoveNext())
        {
            if (PathReader.Counts(rows.Batch.Quality[rows.Row], request.IncludesAll))
            {
                return Point(request.Paths[path], rows);
            }
        }
        return null;
    }

    private HistoryPoint Point(string path, MergedRows rows)
    {
        RowBatch batch = rows.Batch;
        int row = rows.Row;
        _series.MoveTo(batch.Series[row]);
        string? unit = _series.Name.Unit;
        return new HistoryPoint(
            new Timestamp(batch.Time[row]), Values.Converted(batch, row, path, unit, request.Conversion), (Quality)batch.Quality[row],
            batch.Reason(row), unit, new Timestamp(batch.Server[row]), batch.Commit[row], (SampleFlags)batch.Flags[row],
            _series.Twin, new Timestamp(batch.Claimed(row)));
    }
}
