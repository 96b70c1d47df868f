using Gemel.Bench.Fleet;
using Gemel.Bench.Load;
using Gemel.Bench.Reports;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary>Messages, or values, a second from the loader into state, journal and history.</summary>
/// <param name="Workload">Its name.</param>
/// <param name="Window">Messages in flight on each connection.</param>
/// <param name="CountsValues">The rate is that of values.</param>
/// <param name="Bar">The least ratio to the baseline.</param>
/// <param name="ShowsOneInFlight">Beside it, the rate with a window of one.</param>
internal sealed record IngestScenario(
    string Name, string Description, string Workload, int Connections, int QoS, int Window, bool CountsValues, double Bar, bool ShowsOneInFlight) : IScenario
{
    private const int VerifiedMeters = 20;

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        Workload workload = Fleet.Workload.Create(Workload, Connections);
        await using GemelServer gemel = await GemelServer.StartAsync(options.Server, Path.Combine(options.Folder, Name), workload, cancellationToken).ConfigureAwait(false);
        await using BaselineServer baseline = await BaselineServer.StartAsync(forward: false, cancellationToken).ConfigureAwait(false);
        await using MosquittoServer? mosquitto = await MosquittoServer.TryStartAsync(options.Folder, cancellationToken).ConfigureAwait(false);
        BenchServer[] servers = mosquitto is null ? [baseline, gemel] : [baseline, gemel, mosquitto];

        await Rounds.WarmUpAsync(servers, server => SliceAsync(server, options.WarmUpSeconds, Window, cancellationToken)).ConfigureAwait(false);
        List<ServerRun> runs = [.. servers.Select(server => new ServerRun(server))];
        await Rounds.RunAsync(runs, options.Rounds, Name, progress, server => SliceAsync(server, options.SliceSeconds, Window, cancellationToken)).ConfigureAwait(false);
        List<SideFigures> figures = [.. runs.Select(run => FiguresOf(run, workload))];
        List<SideFigures> beside = figures[2..];
        if (ShowsOneInFlight)
        {
            beside.Add(await OneInFlightAsync(gemel, options, workload, cancellationToken).ConfigureAwait(false));
            beside.Add(await OneInFlightAsync(baseline, options, workload, cancellationToken).ConfigureAwait(false));
        }
        await gemel.VerifyAsync(VerifiedMeters, cancellationToken).ConfigureAwait(false);
        return [new ScenarioResult(
            Name, CountsValues ? "values/s" : "messages/s", figures[1], figures[0], figures[1].Value / figures[0].Value, Bar, LowerIsBetter: false, beside)];
    }

    private Task<Slice> SliceAsync(BenchServer server, double seconds, int window, CancellationToken cancellationToken) =>
        server.TakeAsync(new PublishOrder(seconds, server.Addresses.Mqtt, server.Account, Workload, Connections, QoS, window), cancellationToken);

    private SideFigures FiguresOf(ServerRun run, Workload workload)
    {
        SideFigures figures = run.Figures(CountsValues ? workload.ValuesPerMessage : 1);
        return run.Server is GemelServer gemel
            ? figures with
            {
                WrittenBytesPerSample = run.WrittenBytes / (run.Messages * (double)workload.ValuesPerMessage),
                StoredBytesPerSample = gemel.FolderBytes() / (double)gemel.Values,
            }
            : figures;
    }

    private async Task<SideFigures> OneInFlightAsync(BenchServer server, BenchOptions options, Workload workload, CancellationToken cancellationToken)
    {
        Slice slice = await SliceAsync(server, options.SliceSeconds, window: 1, cancellationToken).ConfigureAwait(false);
        double rate = slice.MessagesPerSecond * (CountsValues ? workload.ValuesPerMessage : 1);
        return new SideFigures($"{server.Name}, one in flight", rate, [rate]);
    }
}
