using System.Globalization;
using Gemel.Bench.Fleet;
using Gemel.Bench.Load;
using Gemel.Bench.Processes;
using Gemel.Bench.Reports;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary>From a device's publish to a client of the change stream, at a tenth of peak. The baseline is a publish to a subscriber through
/// the bare endpoint plus twice the 99th percentile of a bare append with fsync on the same disk.</summary>
internal sealed class LatencyScenario : IScenario
{
    private const int Connections = 10;
    private const double Bar = 4;
    private const double ShareOfPeak = 0.1;
    private const double SyncsCounted = 2;
    private const string Sync = "append with fsync";

    public string Name => "latency";

    public string Description => "99th percentile from device to change-stream client at a tenth of peak; baseline: publish to subscriber through the bare endpoint, plus twice an append with fsync";

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        TwinWorkload workload = new(Connections);
        await using GemelServer gemel = await GemelServer.StartAsync(options.Server, Path.Combine(options.Folder, Name), workload, cancellationToken).ConfigureAwait(false);
        await using BaselineServer baseline = await BaselineServer.StartAsync(forward: true, cancellationToken).ConfigureAwait(false);
        await using MosquittoServer? mosquitto = await MosquittoServer.TryStartAsync(options.Folder, cancellationToken).ConfigureAwait(false);
        double rate = options.MessagesPerSecond ?? (ShareOfPeak * await PeakAsync(gemel, options, cancellationToken).ConfigureAwait(false));
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"{Name}: {rate:N0} messages/s"));

        LatencyTurns turns = new(rate, Connections, options, progress, cancellationToken);
        for (int round = 1; round <= options.Rounds; round++)
        {
            await turns.TakeAsync(baseline).ConfigureAwait(false);
            turns.Add(Sync, SyncProbe.Measure(options.Folder, options.SliceSeconds / 2));
            await turns.TakeAsync(gemel).ConfigureAwait(false);
            if (mosquitto is not null)
            {
                await turns.TakeAsync(mosquitto).ConfigureAwait(false);
            }
        }
        return [Result(turns, gemel, baseline, mosquitto)];
    }

    private ScenarioResult Result(LatencyTurns turns, GemelServer gemel, BaselineServer baseline, MosquittoServer? mosquitto)
    {
        SideFigures figures = turns.Figures(gemel.Name);
        SideFigures publish = turns.Figures(baseline.Name);
        SideFigures sync = turns.Figures(Sync);
        SideFigures whole = new(baseline.Name, publish.Value + (SyncsCounted * sync.Value), [.. publish.Slices.Zip(sync.Slices, (p, s) => p + (SyncsCounted * s))]);
        List<SideFigures> beside = [publish with { Name = "publish to subscriber" }, sync];
        if (mosquitto is not null)
        {
            beside.Add(turns.Figures(mosquitto.Name));
        }
        return new ScenarioResult(Name, "µs", figures, whole, figures.Value / whole.Value, Bar, LowerIsBetter: true, beside);
    }

    private static async Task<double> PeakAsync(GemelServer gemel, BenchOptions options, CancellationToken cancellationToken)
    {
        PublishOrder order = new(options.SliceSeconds, gemel.Addresses.Mqtt, gemel.Account, Workload.TwinsName, Connections, QoS: 0, Window: 0);
        _ = await gemel.TakeAsync(order, cancellationToken).ConfigureAwait(false);   // warms up
        return (await gemel.TakeAsync(order, cancellationToken).ConfigureAwait(false)).MessagesPerSecond;
    }
}
