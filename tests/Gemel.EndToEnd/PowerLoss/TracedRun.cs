using System.Text.RegularExpressions;
using Gemel.Cluster;
using Gemel.EndToEnd.Hosting;
using Gemel.Journal;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>One run of the real server under load with the layer below it, and the disks that power cuts would have left.</summary>
public sealed partial class TracedRun : IAsyncLifetime
{
    private const int DefaultMessages = 16_000;

    private int[][]? _steps;
    private string _key = "";

    /// <summary>Small enough that segments, checkpoints, seals, merges and trimming happen all the time.</summary>
    internal static readonly (string Name, string Value)[] BusySettings =
    [
        ("Journal__SegmentBytes", "65536"), ("Checkpoint__Interval", "300ms"), ("Checkpoint__Bytes", "1048576"),
        ("JournalRetention", "500ms"), ("History__HotRows", "1000"), ("History__HotAge", "400ms"),
    ];

    internal Layer? Layer { get; private set; }

    internal Workload? Load { get; private set; }

    internal IReadOnlyList<TraceEntry> Entries { get; private set; } = [];

    /// <summary>What happened in it.</summary>
    internal string Summary { get; private set; } = "";

    public int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("GEMEL_POWER_SEED"), out int seed) ? seed : 20261124;

    public async ValueTask InitializeAsync()
    {
        if (Layer.Unavailable is not null)
        {
            return;
        }
        Layer = new Layer();
        await using ServerProcess server = await ServerProcess.StartAsync(Layer.Data, [.. Layer.Settings, .. BusySettings]);
        _key = server.Key;
        Load = await Workload.RunAsync(server, async running =>
        {
            await running.WaitForAsync(DefaultMessages);
            // Within the layer: a signal from outside may come between a call and its entry.
            Layer.Arm(FaultMode.Kill, error: 0, nth: 1, part: "", TraceKind.Write);
            await server.WaitForEndAsync();
        });
        Entries = Layer.ReadTrace();
        Attempts[] all = [.. Load.Pumps, Load.Names, Load.Created, Load.Deleted];
        Summary = $"{Entries.Count} calls, {Entries.Count(e => e.Kind == TraceKind.Sync)} syncs of files, {Entries.Count(e => e.Kind == TraceKind.SyncFolder)} of folders, "
            + $"{all.Sum(a => a.Count)} sent, {all.Sum(a => a.AcknowledgedAt(long.MaxValue - 1).Count())} acknowledged, {Entries.Count(e => e.Kind == TraceKind.Rename && e.Second.EndsWith(".parquet", StringComparison.Ordinal))} history files, "
            + $"{Entries.Count(e => e.Kind == TraceKind.Rename && e.Second.StartsWith("data/checkpoints/", StringComparison.Ordinal))} checkpoints, {Entries.Count(e => e.Kind == TraceKind.Unlink && e.Path.StartsWith("data/journal/", StringComparison.Ordinal))} journal files trimmed";
    }

    internal void SkipWhereUnavailable()
    {
        if (Layer.Unavailable is { } reason)
        {
            Assert.Skip(reason);
        }
    }

    /// <summary>Chooses a moment: half of them any, half of them at a kind of step on a kind of file, however seldom that is.</summary>
    /// <returns>The number of calls made before the power cut.</returns>
    internal int ChooseCut(Random random)
    {
        _steps ??= [.. Entries.Select((entry, i) => (entry, i)).GroupBy(e => StepOf(e.entry), e => e.i + 1).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToArray())];
        if (random.Next(2) == 0)
        {
            return random.Next(1, Entries.Count);
        }
        int[] step = _steps[random.Next(_steps.Length)];
        return step[random.Next(4) == 0 ? 0 : random.Next(step.Length)];
    }

    /// <summary>The kind of step: the call, and the path without its numbers.</summary>
    private static string StepOf(in TraceEntry entry) => $"{entry.Kind} {Digits().Replace(entry.Path, "0")}";

    /// <summary>The disk after the first <paramref name="count"/> calls.</summary>
    /// <param name="forgotten">Syncs that count as never made.</param>
    internal Disk DiskAt(int count, int seed, Func<TraceEntry, bool>? forgotten = null)
    {
        Disk disk = new();
        Random random = new(seed);
        foreach (TraceEntry entry in Entries.Take(count))
        {
            if (forgotten?.Invoke(entry) != true)
            {
                disk.Apply(entry, random);
            }
        }
        return disk;
    }

    /// <summary>Cuts the power after so many calls, recovers, and checks.</summary>
    /// <returns>What is wrong.</returns>
    internal async Task<IReadOnlyList<string>> CutAsync(int count, int seed, Func<TraceEntry, bool>? forgotten = null)
    {
        Random random = new(seed);
        using TemporaryFolder folder = new();
        Disk.Materialize(DiskAt(count, seed, forgotten).AfterPowerLoss(random), folder.Path);
        return await CheckAsync(count, folder.Combine("data"));
    }

    /// <summary>Cuts the power a second time, after some calls of the recovery from a first cut.</summary>
    /// <param name="count">The calls before the first cut.</param>
    /// <param name="disk">What the first cut has left.</param>
    internal async Task<IReadOnlyList<string>> CutAgainAsync(int count, Disk disk, IEnumerable<TraceEntry> recovery, Random random)
    {
        foreach (TraceEntry entry in recovery)
        {
            disk.Apply(entry, random);
        }
        using TemporaryFolder folder = new();
        Disk.Materialize(disk.AfterPowerLoss(random), folder.Path);
        return await CheckAsync(count, folder.Combine("data"));
    }

    /// <summary>Recovers a folder and checks it against the load up to a cut after so many calls.</summary>
    internal async Task<IReadOnlyList<string>> CheckAsync(int count, string data)
    {
        // The call that follows had not returned: whoever was answered because of it was answered later.
        long cut = count < Entries.Count ? Entries[count].Time : long.MaxValue;
        List<string> wrong = [.. Unverified(data, "before the start")];
        wrong.AddRange(await new CrashCheck(Load!, cut, _key).RunAsync(data));
        wrong.AddRange(Unverified(data, "after the stop"));
        // Only files that are whole can be looked into.
        wrong.AddRange(wrong.Count == 0 ? HistoryRows.FindTwice(data) : []);
        return wrong;
    }

    /// <summary>A power cut is no damage, neither before the recovery nor after it.</summary>
    private static IEnumerable<string> Unverified(string data, string when)
    {
        if (!File.Exists(Path.Combine(data, "gemel.json")))
        {
            return [];   // cut before there was a data folder
        }
        using DataFolderReader folder = DataFolderReader.Open(data);
        return [.. FolderVerifier.Verify(folder, isDeep: true, _ => { }, TestContext.Current.CancellationToken).Damage.Select(damage => $"verify {when}: {damage}")];
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();

    public ValueTask DisposeAsync()
    {
        Layer?.Dispose();
        Layer = null;
        return default;
    }
}
