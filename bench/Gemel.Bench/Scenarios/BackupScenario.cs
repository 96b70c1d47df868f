using Gemel.Bench.Fleet;
using Gemel.Bench.Load;
using Gemel.Bench.Processes;
using Gemel.Bench.Reports;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary>The load of <c>ingest-qos0</c> while one backup follows the other and history is merged all the time; against the same server left alone.</summary>
internal sealed class BackupScenario : IScenario
{
    private const int Connections = 10;
    private const double LeastRatio = 0.7;
    private const int VerifiedMeters = 20;

    // Small tables in memory make many files, which are merged from the first turn on.
    private static readonly Dictionary<string, string> Restless = new() { ["GEMEL_HISTORY__HOTROWS"] = "500000" };

    public string Name => "backup";

    public string Description => "messages/s of ingest-qos0 while backups and merges of history run; baseline: the same server without";

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        Workload workload = Workload.Create(Workload.TwinsName, Connections);
        await using GemelServer alone = await GemelServer.StartAsync(
            "gemel alone", options.Server, Path.Combine(options.Folder, $"{Name}-alone"), workload, new Dictionary<string, string>(), cancellationToken).ConfigureAwait(false);
        await using GemelServer busy = await GemelServer.StartAsync(
            "gemel with backups", options.Server, Path.Combine(options.Folder, Name), workload, Restless, cancellationToken).ConfigureAwait(false);
        BackupClient client = new(options.Server, busy, Path.Combine(options.Folder, $"{Name}-backups"));

        await Rounds.WarmUpAsync([alone, busy], server => SliceAsync(server, options.WarmUpSeconds, cancellationToken)).ConfigureAwait(false);
        List<ServerRun> runs = [new ServerRun(alone), new ServerRun(busy)];
        await Rounds.RunAsync(runs, options.Rounds, Name, progress, server => server == busy
            ? client.DuringAsync(() => SliceAsync(server, options.SliceSeconds, cancellationToken), cancellationToken)
            : SliceAsync(server, options.SliceSeconds, cancellationToken)).ConfigureAwait(false);
        progress.Report($"{Name}: {client.Backups} backups");
        await busy.VerifyAsync(VerifiedMeters, cancellationToken).ConfigureAwait(false);
        (SideFigures without, SideFigures with) = (runs[0].Figures(1), runs[1].Figures(1));
        return [new ScenarioResult(Name, "messages/s", with, without, with.Value / without.Value, LeastRatio, LowerIsBetter: false, [])];
    }

    private static Task<Slice> SliceAsync(BenchServer server, double seconds, CancellationToken cancellationToken) =>
        server.TakeAsync(new PublishOrder(seconds, server.Addresses.Mqtt, server.Account, Workload.TwinsName, Connections, QoS: 0, Window: 0), cancellationToken);

    /// <summary>Runs <c>gemel backup</c> again and again into one folder.</summary>
    private sealed class BackupClient(string assembly, GemelServer server, string folder)
    {
        public int Backups { get; private set; }

        /// <summary>From the beginning of the work to the end of the first backup that ends after it.</summary>
        public async Task<T> DuringAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
        {
            Task<T> running = work();
            do
            {
                await BackUpAsync(cancellationToken).ConfigureAwait(false);
            }
            while (!running.IsCompleted);
            Directory.Delete(folder, recursive: true);
            return await running.ConfigureAwait(false);
        }

        private async Task BackUpAsync(CancellationToken cancellationToken)
        {
            await using ChildProcess process = ChildProcess.StartAssembly(
                assembly, ["backup", folder, "--url", server.Addresses.Http.ToString(), "--key-file", server.KeyFile, "--json"], new Dictionary<string, string>());
            await process.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            Backups++;
        }
    }
}
