using Gemel.Bench.Fleet;
using Gemel.Bench.Load;
using Gemel.Bench.Processes;
using Gemel.Bench.Reports;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary>Server CPU a message of <c>ingest-qos0</c> sent by a device that is bound to all 10,000 twins, whose right is looked at, beyond the
/// same sent by the administrator, who may do everything; in turns to one server. The figure that is held against the bar is the difference in µs.</summary>
internal sealed class PermissionScenario : IScenario
{
    private const double Bar = 0.2;
    private const int Connections = 10;

    public string Name => "permission";

    public string Description => "server CPU µs a message from a device bound to 10,000 twins; baseline: from the administrator; compared is the difference";

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await using GemelServer gemel = await GemelServer.StartAsync(
            options.Server, Path.Combine(options.Folder, Name), new TwinWorkload(Connections), cancellationToken).ConfigureAwait(false);
        Account administrator = gemel.Account;
        Account device = await gemel.Client.AddDeviceAsync("bench-device", Enumerable.Range(0, Meters.Count).Select(Meters.Id), cancellationToken).ConfigureAwait(false);
        await TakeAsync(device, options.WarmUpSeconds).ConfigureAwait(false);
        await TakeAsync(administrator, options.WarmUpSeconds).ConfigureAwait(false);
        List<double> bound = [];
        List<double> free = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            free.Add(await TakeAsync(administrator, options.SliceSeconds).ConfigureAwait(false));
            bound.Add(await TakeAsync(device, options.SliceSeconds).ConfigureAwait(false));
            progress.Report(FormattableString.Invariant($"{Name} {round + 1}/{options.Rounds}: administrator {free[^1]:0.00} µs, device {bound[^1]:0.00} µs"));
        }
        double more = Median(bound) - Median(free);
        return [new ScenarioResult(Name, "ns/msg", Side("bound device", bound), Side("administrator", free), more, Bar, LowerIsBetter: true, Beside: [])];

        async Task<double> TakeAsync(Account account, double seconds)
        {
            ProcessUsage before = gemel.Usage();
            Slice slice = await gemel.TakeAsync(new PublishOrder(seconds, gemel.Addresses.Mqtt, account, Workload.TwinsName, Connections, QoS: 0, Window: 0), cancellationToken).ConfigureAwait(false);
            return (gemel.Usage().Cpu - before.Cpu).TotalMicroseconds / slice.Messages;
        }
    }

    private static SideFigures Side(string name, List<double> micros) =>
        new(name, Median(micros) * 1000, micros) { CpuMicrosPerMessage = Median(micros) };

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
