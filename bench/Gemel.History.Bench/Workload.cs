using System.Diagnostics;

namespace Gemel.History.Bench;

/// <summary>10,000 twins of three numbers, each once a round, in commits of 2,000 samples.</summary>
internal static class Workload
{
    public const int Twins = 10_000;
    public static readonly string[] Paths = ["speed", "flow", "motor.temperature"];
    public static readonly Timestamp Start = Timestamp.FromUnixMilliseconds(1_795_000_000_000);

    private const int RowsPerCommit = 2_000;

    public static TwinKey Twin(int index) => TwinKey.Create(index % Slots.Count, (ulong)index + 1);

    public static async Task AppendAsync(HistoryStore store, int rows)
    {
        SeriesId[] series = [.. Enumerable.Range(0, Twins * Paths.Length).Select(i =>
            store.Series.GetOrAdd(Twin(i / Paths.Length), $"pump-{i / Paths.Length:D5}", Paths[i % Paths.Length], i % 3 == 0 ? "hertz" : null))];
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var append = new Stopwatch();
        for (int row = 0; row < rows;)
        {
            store.BeginCommit((row / RowsPerCommit) + 1);
            append.Start();
            row = Append(store, series, row, Math.Min(rows, row + RowsPerCommit));
            append.Stop();
            await store.EndCommitAsync(CancellationToken.None);
            if (row == RowsPerCommit * 900)
            {
                Console.WriteLine($"with {row} rows in memory and none in files:");
                Read(store);
            }
        }
        await store.SealAsync(CancellationToken.None);
        Report("append, sort, write", rows, clock.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - cpu);
        Console.WriteLine($"  append alone {append.Elapsed.TotalNanoseconds / rows:F0} ns a row");
        Console.WriteLine($"  {store.Figures.FileBytes / (double)store.Figures.FileRows:F2} bytes a row in {store.Figures.SampleFiles} files; {store.Figures.HotBlocks} blocks; working set {Process.GetCurrentProcess().WorkingSet64 >> 20} MiB");
    }

    public static async Task CompactAsync(HistoryStore store)
    {
        long rows = store.Figures.FileRows;
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        await store.CompactAsync(CancellationToken.None);
        Report($"compaction to {store.Figures.SampleFiles} files", rows, clock.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - cpu);
    }

    public static void Read(HistoryStore store)
    {
        var request = new HistoryRequest { Twins = [Twin(1234)], Paths = Paths, From = new Timestamp(1), To = new Timestamp(DateTime.MaxValue.Ticks) };
        Time("all points of a twin", () => store.ReadRaw(request, CancellationToken.None).Sum(series => series.Points.Count));
        Time("last 10 points of a twin", () => store.ReadRaw(request with { Limit = 10, IsDescending = true }, CancellationToken.None).Sum(series => series.Points.Count));
        Time("buckets of a twin", () => store.ReadBuckets(request, BucketPeriod.Of(TimeSpan.FromMinutes(1)), BucketFunctions.All, CancellationToken.None).Sum(series => series.Buckets.Count));
    }

    private static int Append(HistoryStore store, SeriesId[] series, int row, int end)
    {
        for (; row < end; row++)
        {
            int round = row / series.Length;
            int at = row % series.Length;
            double value = Math.Round(50 + (10 * Math.Sin((round * 0.1) + at)) + (Random.Shared.NextDouble() * 0.5), 3);
            Timestamp time = Start.Add(TimeSpan.FromSeconds(round)).Add(TimeSpan.FromMilliseconds(at % 1_000));
            store.Append(new Sample
            {
                Series = series[at],
                SourceTime = time,
                ServerTime = time.Add(TimeSpan.FromMilliseconds(3)),
                Kind = ValueKind.Double,
                Bits = BitConverter.DoubleToInt64Bits(value),
            });
        }
        return row;
    }

    private static void Time(string what, Func<int> read)
    {
        var clock = Stopwatch.StartNew();
        int count = read();
        TimeSpan first = clock.Elapsed;
        clock.Restart();
        read();
        Console.WriteLine($"{what}: {count} in {first.TotalMilliseconds:F1} ms, again {clock.Elapsed.TotalMilliseconds:F1} ms");
    }

    private static void Report(string what, long rows, TimeSpan wall, TimeSpan cpu) =>
        Console.WriteLine($"{what}: {rows / wall.TotalSeconds / 1e6:F2} million rows/s; {cpu.TotalMicroseconds / rows:F3} us of CPU a row: {0.6e6 * cpu.TotalSeconds / rows:P0} of a core at 600,000 rows/s");
}
