using System.Globalization;
using Gemel.Bench.Filling;
using Gemel.Bench.Fleet;
using Gemel.Bench.Load;
using Gemel.Bench.Reports;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary>Private bytes a twin of the server's process beyond an empty server, both after a full collection; again with a query in the
/// middle of its pages while twins are written as fast as may be, beyond a server with few twins in the same state.</summary>
/// <remarks>The folder is filled by another process; what is measured is the server as installed, after a start. The data itself: ids, and
/// value, source time and server time of each number.</remarks>
internal sealed class MemoryScenario : IScenario
{
    private const double Bar = 2;
    private const double SnapshotBar = 2.5;
    private const int Connections = 10;
    private const string Query = "SELECT * FROM DIGITALTWINS";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly LargeFleet Fleet = new(1_000_000, 10);
    private static readonly LargeFleet Few = new(1_000, 10);

    public string Name => "memory";

    public string Description => "private bytes a twin, 1,000,000 twins of ten numbers; baseline: the data itself; beside it with a snapshot open under full ingest";

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        (MemoryFigures empty, MemoryFigures emptyLoaded) = await MeasureAsync(Few, options, progress, cancellationToken).ConfigureAwait(false);
        (MemoryFigures full, MemoryFigures fullLoaded) = await MeasureAsync(Fleet, options, progress, cancellationToken).ConfigureAwait(false);
        double data = LargeFleet.Id(0).Length + (24.0 * Fleet.Numbers);
        return
        [
            Result(Name, Bar, empty, full, data),
            Result($"{Name}, snapshot", SnapshotBar, emptyLoaded, fullLoaded, data),
        ];
    }

    private static ScenarioResult Result(string name, double bar, MemoryFigures empty, MemoryFigures full, double data)
    {
        double twins = Fleet.Twins - Few.Twins;
        double bytes = (full.PrivateBytes - empty.PrivateBytes) / twins;
        double managed = (full.ManagedBytes - empty.ManagedBytes) / twins;
        return new ScenarioResult(
            name, "B a twin", new SideFigures("gemel", bytes, [bytes]) { PeakMemoryMiB = full.PrivateBytes / (1024.0 * 1024) }, new SideFigures("data", data, [data]), bytes / data, bar,
            LowerIsBetter: true, [new SideFigures("of it managed", managed, [managed]), new SideFigures("few twins", empty.PrivateBytes / twins, []) { PeakMemoryMiB = empty.PrivateBytes / (1024.0 * 1024) }]);
    }

    private async Task<(MemoryFigures Idle, MemoryFigures Loaded)> MeasureAsync(LargeFleet fleet, BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(options.Folder, $"{Name}-{fleet.Twins}");
        await Filler.RunAsync(new FillOrder(folder, fleet, CreatesTwins: true, fleet.Twins, KeepsTail: false), cancellationToken).ConfigureAwait(false);
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"{Name}: filled with {fleet.Twins:N0} twins"));
        LargeWorkload workload = new(fleet, Connections);
        await using GemelServer gemel = await GemelServer.StartFilledAsync(options.Server, folder, workload, cancellationToken).ConfigureAwait(false);
        MemoryFigures idle = await gemel.CollectAsync(cancellationToken).ConfigureAwait(false);
        Report(progress, fleet, "idle", idle);
        PublishOrder order = new(options.SliceSeconds * 2, gemel.Addresses.Mqtt, gemel.Account, Workload.NameOf(fleet), Connections, QoS: 0, Window: 0);
        await gemel.TakeAsync(order with { Seconds = options.WarmUpSeconds }, cancellationToken).ConfigureAwait(false);
        string? next = await gemel.Client.QueryAsync(Query, null, cancellationToken).ConfigureAwait(false);
        Task<Slice> load = gemel.TakeAsync(order, cancellationToken);
        // The most of what was seen after a collection counts; a page now and then keeps the query open.
        MemoryFigures most = default;
        while (!load.IsCompleted)
        {
            await Task.WhenAny(load, Task.Delay(Look, TimeProvider.System, cancellationToken)).ConfigureAwait(false);
            next = await gemel.Client.QueryAsync(Query, next, cancellationToken).ConfigureAwait(false);
            MemoryFigures now = await gemel.CollectAsync(cancellationToken).ConfigureAwait(false);
            most = now.PrivateBytes > most.PrivateBytes ? now : most;
        }
        await load.ConfigureAwait(false);
        Report(progress, fleet, "snapshot open, full ingest", most);
        return (idle, most);
    }

    private void Report(IProgress<string> progress, LargeFleet fleet, string state, MemoryFigures figures) => progress.Report(string.Create(
        CultureInfo.InvariantCulture, $"{Name}: {fleet.Twins:N0} twins, {state}: {figures.PrivateBytes >> 20:N0} MiB, of them managed {figures.ManagedBytes >> 20:N0}"));
}
