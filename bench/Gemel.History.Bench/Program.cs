using Gemel.History;
using Gemel.History.Bench;

// What one core of history costs: append, sort and write; then reads, and DuckDB doing the same work beside it.
int rows = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 12_000_000;
string folder = Directory.CreateTempSubdirectory("gemel-history-bench-").FullName;
try
{
    await using (HistoryStore store = HistoryStore.Open(folder, new HistoryOptions { CompactionFanIn = 64 }, TimeProvider.System))
    {
        await Workload.AppendAsync(store, rows);
        Workload.Read(store);
    }
    await using (HistoryStore store = HistoryStore.Open(folder, new HistoryOptions { CompactionFanIn = 2 }, TimeProvider.System))
    {
        await Workload.CompactAsync(store);
        Workload.Read(store);
    }
    DuckDbBaseline.Run(folder, Math.Min(rows, 2_000_000));
}
finally
{
    Directory.Delete(folder, recursive: true);
}
