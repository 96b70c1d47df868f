using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>One run of the real server under load with the layer below it, and the disks that power cuts would have left.</summary>
public sealed class TracedRun : IAsyncLifetime
{
    private const int DefaultMessages = 12_000;

    /// <summary>Small enough that segments, checkpoints, seals, merges and trimming happen all the time.</summary>
    internal static readonly (string Name, string Value)[] BusySettings =
    [
        ("Journal__SegmentBytes", "65536"), ("Checkpoint__Interval", "300ms"), ("Checkpoint__Bytes", "1048576"),
        ("JournalRetention", "500ms"), ("History__HotRows", "1000"), ("History__HotAge", "400ms"),
    ];

    internal Layer? Layer { get; private set; }

    internal Workload? Load { get; private set; }

    internal IReadOnlyList<TraceEntry> Entries { get; private set; } = [];

    public int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("GEMEL_POWER_SEED"), out int seed) ? seed : 20261124;

    public async ValueTask InitializeAsync()
    {
        if (Layer.Unavailable is not null)
        {
            return;
        }
        Layer = new Layer();
        await using ServerProcess server = await ServerProcess.StartAsync(Layer.Data, [.. Layer.Settings, .. BusySettings]);
        Load = await Workload.RunAsync(server, DefaultMessages);
        Entries = Layer.ReadTrace();
    }

    internal void SkipWhereUnavailable()
    {
        if (Layer.Unavailable is { } reason)
        {
            Assert.Skip(reason);
        }
    }

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
        string data = folder.Combine("data");
        // The call that follows had not returned: whoever was answered because of it was answered later.
        long cut = count < Entries.Count ? Entries[count].Time : long.MaxValue;
        return await new CrashCheck(Load!, cut).RunAsync(data);
    }

    public ValueTask DisposeAsync()
    {
        Layer?.Dispose();
        return default;
    }
}
