using System.Globalization;
using Gemel.Bench.Fleet;
using Gemel.Bench.Load;
using Gemel.Bench.Processes;
using Gemel.Bench.Reports;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary>Measures latencies turn by turn, and gathers them by what was measured.</summary>
internal sealed class LatencyTurns(double messagesPerSecond, int connections, BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
{
    private const string StreamPath = $"/api/v1/streams/changes?batch=true&prefix={Meters.IdPrefix}";

    private readonly Dictionary<string, List<Percentiles>> _taken = [];

    public async Task TakeAsync(BenchServer server)
    {
        Uri? stream = server is GemelServer ? new Uri(server.Addresses.Http, StreamPath) : null;
        LatencyOrder order = new(options.SliceSeconds, server.Addresses.Mqtt, server.Account, connections, messagesPerSecond, stream, options.WarmUpSeconds);
        LoadResult load = await Loader.RunAsync(order, cancellationToken).ConfigureAwait(false);
        await server.WaitUntilTakenAsync(load, cancellationToken).ConfigureAwait(false);
        if (load.Refused > 0)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"latency: {server.Name} lost {load.Refused:N0} of {load.SentByConnection.Sum():N0} messages"));
        }
        Add(server.Name, load.LatencyMicros ?? throw new BenchException("The loader measured no latency."));
    }

    public void Add(string name, Percentiles micros)
    {
        if (!_taken.TryGetValue(name, out List<Percentiles>? taken))
        {
            _taken[name] = taken = [];
        }
        taken.Add(micros);
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"latency {taken.Count}/{options.Rounds} {name}: p50 {micros.P50:N0} µs, p99 {micros.P99:N0} µs, max {micros.Max:N0} µs"));
    }

    /// <summary>The medians of the turns.</summary>
    public SideFigures Figures(string name)
    {
        List<Percentiles> taken = _taken[name];
        Percentiles medians = new(
            taken.Sum(turn => turn.Count), Median(taken, turn => turn.P50), Median(taken, turn => turn.P99), Median(taken, turn => turn.P999), taken.Max(turn => turn.Max));
        return new SideFigures(name, medians.P99, [.. taken.Select(turn => turn.P99)]) { LatencyMicros = medians };
    }

    private static double Median(List<Percentiles> taken, Func<Percentiles, double> figure)
    {
        double[] sorted = [.. taken.Select(figure).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
