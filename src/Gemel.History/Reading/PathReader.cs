namespace Gemel.History;

/// <summary>Opens the rows of the paths of one request over one snapshot.</summary>
internal sealed class PathReader(StoreSnapshot snapshot, SeriesSelection selection, SampleFileReaders readers, long asOf)
{
    private readonly Dictionary<(int Table, long From, long To), int[]?[]> _hot = [];

    /// <param name="from">First time, inclusive, in ticks.</param>
    /// <param name="to">Last time, exclusive, in ticks.</param>
    public MergedRows Open(int path, long from, long to, bool isDescending) =>
        new(Sources(path, from, to, isDescending), isDescending, asOf);

    /// <summary>Whether a quality counts.</summary>
    public static bool Counts(byte quality, bool includesAll) => quality == (byte)Quality.Good || includesAll;

    private IEnumerable<RowSource> Sources(int path, long from, long to, bool isDescending)
    {
        for (int table = 0; table < snapshot.Tables.Length; table++)
        {
            if (HotRows(table, from, to)[path] is { } rows)
            {
                yield return new HotSource(snapshot.Tables[table], rows, isDescending);
            }
        }
        foreach (SampleFile file in snapshot.Samples)
        {
            if (file.MinTime >= to || file.MaxTime < from || file.MinCommit > asOf)
            {
                continue;
            }
            foreach (Series series in selection.Of(path))
            {
                if (series.Id.Value >= file.MinSeries && series.Id.Value <= file.MaxSeries)
                {
                    yield return new FileSource(readers, file, series.Id.Value, from, to, isDescending);
                }
            }
        }
    }

    // One pass over a table finds the rows of all paths.
    private int[]?[] HotRows(int table, long from, long to)
    {
        if (!_hot.TryGetValue((table, from, to), out int[]?[]? rows))
        {
            rows = HotScan.Find(snapshot.Tables[table], selection, from, to);
            _hot.Add((table, from, to), rows);
        }
        return rows;
    }
}
