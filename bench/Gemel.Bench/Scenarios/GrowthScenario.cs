using System.Globalization;
using Gemel.Bench.Filling;
using Gemel.Bench.Fleet;
using Gemel.Bench.Load;
using Gemel.Bench.Reports;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary>What <c>ingest-qos0</c> sends, to servers with ever more twins; the rate with few of them is the baseline of the others.</summary>
internal sealed class GrowthScenario : IScenario
{
    private const double Bar = 0.7;
    private const int Connections = 10;
    private const int Numbers = 3;

    private static readonly int[] Sizes = [1_000, 100_000, 1_000_000];

    public string Name => "growth";

    public string Description => "messages/s of three numbers with 100,000 and 1,000,000 twins; baseline: with 1,000";

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        List<GemelServer> servers = [];
        try
        {
            Dictionary<BenchServer, LargeFleet> fleets = [];
            foreach (int size in Sizes)
            {
                LargeFleet fleet = new(size, Numbers);
                string folder = Path.Combine(options.Folder, $"{Name}-{size}");
                await Filler.RunAsync(new FillOrder(folder, fleet, CreatesTwins: true, size, KeepsTail: false), cancellationToken).ConfigureAwait(false);
                servers.Add(await GemelServer.StartFilledAsync(options.Server, folder, new LargeWorkload(fleet, Connections), cancellationToken).ConfigureAwait(false));
                fleets.Add(servers[^1], fleet);
                progress.Report(string.Create(CultureInfo.InvariantCulture, $"{Name}: filled with {size:N0} twins"));
            }
            List<ServerRun> runs = await MeasureAsync(servers, fleets, options, progress, cancellationToken).ConfigureAwait(false);
            List<SideFigures> figures = [.. runs.Select((run, i) => run.Figures(perMessage: 1) with { Name = string.Create(CultureInfo.InvariantCulture, $"{Sizes[i]:N0} twins") })];
            return [.. figures.Skip(1).Select(many => new ScenarioResult(Name, "messages/s", many, figures[0], many.Value / figures[0].Value, Bar, LowerIsBetter: false, Beside: []))];
        }
        finally
        {
            foreach (GemelServer server in servers)
            {
                await server.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<List<ServerRun>> MeasureAsync(
        List<GemelServer> servers, Dictionary<BenchServer, LargeFleet> fleets, BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await Rounds.WarmUpAsync(servers, server => TakeAsync(server, options.WarmUpSeconds)).ConfigureAwait(false);
        List<ServerRun> runs = [.. servers.Select(server => new ServerRun(server))];
        await Rounds.RunAsync(runs, options.Rounds, Name, progress, server => TakeAsync(server, options.SliceSeconds)).ConfigureAwait(false);
        return runs;

        Task<Slice> TakeAsync(BenchServer server, double seconds) => server.TakeAsync(
            new PublishOrder(seconds, server.Addresses.Mqtt, server.Account, Workload.NameOf(fleets[server]), Connections, QoS: 0, Window: 0), cancellationToken);
    }
}
