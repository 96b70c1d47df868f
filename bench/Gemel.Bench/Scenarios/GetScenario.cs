using Gemel.Bench.Fleet;
using Gemel.Bench.Load;
using Gemel.Bench.Processes;
using Gemel.Bench.Reports;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary><c>GET /digitaltwins/{id}</c> a second, against an endpoint that answers the same bytes.</summary>
internal sealed class GetScenario : IScenario
{
    private const int Connections = 32;
    private const double Bar = 0.6;

    public string Name => "get";

    public string Description => "GET /digitaltwins/{id}/s over 32 connections; baseline: an ASP.NET Core endpoint that returns the same bytes";

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        TwinWorkload workload = new(connections: 10);
        await using GemelServer gemel = await GemelServer.StartAsync(options.Server, Path.Combine(options.Folder, Name), workload, cancellationToken).ConfigureAwait(false);
        await using BaselineServer baseline = await BaselineServer.StartAsync(forward: false, cancellationToken).ConfigureAwait(false);
        await FillAsync(gemel, workload, cancellationToken).ConfigureAwait(false);
        await baseline.AnswerAsync(await gemel.Client.ReadTwinAsync(meter: 0, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        BenchServer[] servers = [baseline, gemel];

        await Rounds.WarmUpAsync(servers, server => SliceAsync(server, options.WarmUpSeconds, cancellationToken)).ConfigureAwait(false);
        List<ServerRun> runs = [.. servers.Select(server => new ServerRun(server))];
        await Rounds.RunAsync(runs, options.Rounds, Name, progress, server => SliceAsync(server, options.SliceSeconds, cancellationToken)).ConfigureAwait(false);
        SideFigures baselineFigures = runs[0].Figures(perMessage: 1);
        SideFigures figures = runs[1].Figures(perMessage: 1);
        return [new ScenarioResult(Name, "requests/s", figures, baselineFigures, figures.Value / baselineFigures.Value, Bar, LowerIsBetter: false, Beside: [])];
    }

    // Twins with values that devices have set: what a GET usually shows.
    private static async Task FillAsync(GemelServer gemel, TwinWorkload workload, CancellationToken cancellationToken)
    {
        PublishOrder order = new(Seconds: 1, gemel.Addresses.Mqtt, gemel.Account, Workload.TwinsName, workload.Connections, QoS: 0, Window: 0);
        await gemel.TakeAsync(order, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Slice> SliceAsync(BenchServer server, double seconds, CancellationToken cancellationToken)
    {
        LoadResult load = await Loader.RunAsync(new GetOrder(seconds, server.Addresses.Http, server.Account.Password, Connections), cancellationToken).ConfigureAwait(false);
        return new Slice(load, load.Ended);
    }
}
