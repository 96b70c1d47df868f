using System.Diagnostics;
using System.Globalization;
using Gemel.Bench.Filling;
using Gemel.Bench.Fleet;
using Gemel.Bench.LowLevel;
using Gemel.Bench.Reports;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary>From the start of the process to ready, with a checkpoint of 1,000,000 twins and a journal tail of 1,000,000 messages, less the same
/// of an empty folder; the baseline reads once the checkpoint and as much of the journal as the tail takes. Both find nothing in the page cache.</summary>
internal sealed class RecoveryScenario : IScenario
{
    private const double Bar = 5;
    private const int BufferBytes = 1 << 20;

    private static readonly LargeFleet Fleet = new(1_000_000, 3);

    public string Name => "recovery";

    public string Description => "ms from start to ready, 1,000,000 twins and a tail of 1,000,000 messages, less an empty start; baseline: reading those bytes once";

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        LargeFleet few = Fleet with { Twins = 10 };
        string empty = Path.Combine(options.Folder, $"{Name}-empty");
        await Filler.RunAsync(new FillOrder(empty, few, CreatesTwins: true, few.Twins, KeepsTail: false), cancellationToken).ConfigureAwait(false);
        string folder = Path.Combine(options.Folder, Name);
        await Filler.RunAsync(new FillOrder(folder, Fleet, CreatesTwins: true, Fleet.Twins, KeepsTail: false), cancellationToken).ConfigureAwait(false);
        long journalBefore = Bytes(folder, "journal");
        await Filler.RunAsync(new FillOrder(folder, Fleet, CreatesTwins: false, Fleet.Twins, KeepsTail: true), cancellationToken).ConfigureAwait(false);
        long tail = Bytes(folder, "journal") - journalBefore;
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"{Name}: checkpoint {Bytes(folder, "checkpoints") >> 20} MiB, tail {tail >> 20} MiB"));
        List<double> starts = [];
        List<double> emptyStarts = [];
        List<double> reads = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            reads.Add(ReadMilliseconds(folder, tail));
            emptyStarts.Add(await StartMillisecondsAsync(empty, few, options, cancellationToken).ConfigureAwait(false));
            starts.Add(await StartMillisecondsAsync(folder, Fleet, options, cancellationToken).ConfigureAwait(false));
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"{Name} {round + 1}/{options.Rounds}: start {starts[^1]:N0} ms, empty {emptyStarts[^1]:N0} ms, reading {reads[^1]:N0} ms"));
        }
        double more = starts.Min() - emptyStarts.Min();
        SideFigures reading = new("reading", reads.Min(), reads);
        return [new ScenarioResult(Name, "ms", new SideFigures("gemel", more, starts), reading, more / reading.Value, Bar, LowerIsBetter: true, [new SideFigures("empty start", emptyStarts.Min(), emptyStarts)])];
    }

    private static async Task<double> StartMillisecondsAsync(string folder, LargeFleet fleet, BenchOptions options, CancellationToken cancellationToken)
    {
        Forget(folder);
        long started = Stopwatch.GetTimestamp();
        GemelServer gemel = await GemelServer.StartFilledAsync(options.Server, folder, new LargeWorkload(fleet, connections: 1), cancellationToken).ConfigureAwait(false);
        double milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        // Killed, so that the tail stays one.
        await gemel.KillAsync().ConfigureAwait(false);
        return milliseconds;
    }

    private static double ReadMilliseconds(string folder, long tail)
    {
        Forget(folder);
        byte[] buffer = new byte[BufferBytes];
        long started = Stopwatch.GetTimestamp();
        Read(Files(folder, "checkpoints"), long.MaxValue, buffer);
        Read(Files(folder, "journal").Reverse(), tail, buffer);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static void Read(IEnumerable<FileInfo> files, long most, byte[] buffer)
    {
        foreach (FileInfo file in files)
        {
            using FileStream stream = file.OpenRead();
            for (int read; most > 0 && (read = stream.Read(buffer)) > 0; most -= read)
            {
            }
        }
    }

    private static void Forget(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            Linux.Forget(file);
        }
    }

    private static IEnumerable<FileInfo> Files(string folder, string part) =>
        new DirectoryInfo(Path.Combine(folder, part)).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.Name, StringComparer.Ordinal);

    private static long Bytes(string folder, string part) => Files(folder, part).Sum(file => file.Length);
}
