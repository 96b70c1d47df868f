namespace Gemel.History;

/// <summary>Writes a sealed table as files. Nothing it writes counts before the manifest names it.</summary>
/// <remarks>One table at a time: it keeps its memory from one to the next.</remarks>
internal sealed class Sealer(StoreFolder folder, SeriesCatalog catalog, HistoryOptions options)
{
    private const int GatheredRows = 8_192;

    private readonly HotOrder _order = new();
    private readonly RowGroupMemory _memory = new();
    private readonly RowBatch _gathered = new();

    /// <summary>Writes samples by month and lifecycle records.</summary>
    /// <param name="written">Gets the path of each file before it is written, for removal should something fail.</param>
    public (List<SampleFile> Samples, List<LifecycleFile> Lifecycle) Write(SealedTable table, List<string> written)
    {
        List<SampleFile> samples = [];
        foreach ((Month month, ReadOnlyMemory<int> rows) in _order.ByMonth(table.View, table.SeriesCount))
        {
            string path = folder.NewFile($"{StoreFolder.Samples}/{month.Folder}");
            written.Add(path);
            samples.Add(WriteMonth(table.View, rows.Span, path));
        }
        List<LifecycleFile> lifecycle = [];
        if (!table.View.Lifecycle.IsEmpty)
        {
            string path = folder.NewFile(StoreFolder.Lifecycle);
            written.Add(path);
            lifecycle.Add(WriteLifecycle(table.View.Lifecycle, path));
        }
        return (samples, lifecycle);
    }

    private SampleFile WriteMonth(HotView view, ReadOnlySpan<int> rows, string path)
    {
        using var output = new SampleOutput(folder.Temporary(path), catalog, options.RowGroupRows, _memory);
        for (; !rows.IsEmpty; rows = rows[Math.Min(rows.Length, GatheredRows)..])
        {
            _gathered.Clear();
            view.Gather(rows[..Math.Min(rows.Length, GatheredRows)], _gathered);
            output.Add(_gathered, 0, _gathered.Count);
        }
        SampleFile file = output.Close(path);
        return file with { Hash = folder.Publish(path) };
    }

    private LifecycleFile WriteLifecycle(ReadOnlyMemory<LifecycleRecord> records, string path)
    {
        using var writer = new LifecycleFileWriter(folder.Temporary(path));
        writer.Write(records.Span);
        LifecycleFile file = writer.Close(path);
        return file with { Hash = folder.Publish(path) };
    }
}
