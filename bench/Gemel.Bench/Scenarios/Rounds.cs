using System.Globalization;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary>Lets the servers take turns, so that what disturbs the machine disturbs all.</summary>
internal static class Rounds
{
    public static async Task WarmUpAsync(IEnumerable<BenchServer> servers, Func<BenchServer, Task<Slice>> slice)
    {
        foreach (BenchServer server in servers)
        {
            await slice(server).ConfigureAwait(false);
        }
    }

    public static async Task RunAsync(IReadOnlyList<ServerRun> runs, int rounds, string scenario, IProgress<string> progress, Func<BenchServer, Task<Slice>> slice)
    {
        for (int round = 1; round <= rounds; round++)
        {
            foreach (ServerRun run in runs)
            {
                Slice done = await slice(run.Server).ConfigureAwait(false);
                run.Add(done);
                progress.Report(string.Create(CultureInfo.InvariantCulture, $"{scenario} {round}/{rounds} {run.Server.Name}: {done.MessagesPerSecond:N0}/s"));
            }
        }
    }
}
