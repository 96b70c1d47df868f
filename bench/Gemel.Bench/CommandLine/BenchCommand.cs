using System.CommandLine;
using Gemel.Bench.Endpoint;
using Gemel.Bench.Filling;
using Gemel.Bench.Processes;
using Gemel.Bench.Reports;
using Gemel.Bench.Scenarios;
using Gemel.Bench.Servers;
using Spectre.Console;

namespace Gemel.Bench.CommandLine;

/// <summary>The command line: the runs, and hidden beneath it what this program does as its own child process.</summary>
internal static class BenchCommand
{
    private const int Ok = 0;
    private const int BarMissed = 1;
    private const int RunFailed = 2;

    private static readonly Option<string[]> ScenarioOption = Create("--scenario", "Run only this; repeatable.", () => AllScenarios.List.Select(s => s.Name).ToArray());
    private static readonly Option<double> Seconds = Create("--seconds", "How long each side is measured, all rounds together.", () => 60d);
    private static readonly Option<int> RoundsOption = Create("--rounds", "Slices into which that time is cut; the sides take turns.", () => 6);
    private static readonly Option<double> WarmUp = Create("--warm-up", "Seconds of load before, not measured.", () => 5d);
    private static readonly Option<double?> Rate = Create<double?>("--rate", "Messages/s of the scenario latency; without it a tenth of the peak, measured before.", () => null);
    private static readonly Option<bool> Json = Create("--json", "Print one JSON document instead of tables.", () => false);
    private static readonly Option<string> Server = Create("--server", "The built gemel.dll.", DefaultServer);
    private static readonly Option<string> Folder = Create("--folder", "Where data folders are made, and removed again; choose the disk to measure.", Path.GetTempPath);

    public static RootCommand Create()
    {
        ScenarioOption.AcceptOnlyFromAmong([.. AllScenarios.List.Select(s => s.Name)]);
        string scenarios = string.Join('\n', AllScenarios.List.Select(s => $"  {s.Name}: {s.Description}"));
        RootCommand command = new($"Measures a whole Gemel server against baselines in the same run.\n{scenarios}")
        {
            ScenarioOption, Seconds, RoundsOption, WarmUp, Rate, Json, Server, Folder, SoakCommand.Create(Server), CreateLoad(), CreateEndpoint(), CreateFill(),
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(arguments.GetValue(Folder)!, $"gemel-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        BenchOptions options = new(
            arguments.GetValue(Seconds), arguments.GetValue(RoundsOption), arguments.GetValue(WarmUp), arguments.GetValue(Rate), arguments.GetValue(Server)!, folder);
        Machine machine = Machine.Describe(TimeProvider.System);
        try
        {
            List<ScenarioResult> results = [];
            string[] chosen = arguments.GetValue(ScenarioOption)!;
            foreach (IScenario scenario in AllScenarios.List.Where(s => chosen.Contains(s.Name)))
            {
                results.AddRange(await scenario.RunAsync(options, new ErrorLines(), cancellationToken).ConfigureAwait(false));
            }
            Print(arguments.GetValue(Json), machine, options, results);
            return results.All(result => result.IsReached) ? Ok : BarMissed;
        }
        catch (BenchException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message).ConfigureAwait(false);
            return RunFailed;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(bool json, Machine machine, BenchOptions options, IReadOnlyList<ScenarioResult> results)
    {
        if (json)
        {
            Console.WriteLine(ResultDocument.Write(machine, options, results));
            return;
        }
        ResultTable.Print(AnsiConsole.Console, machine, results);
    }

    private static Command CreateLoad()
    {
        Argument<string> order = new("order");
        Command command = new(Loader.Command, "Runs one load as told in JSON.") { order };
        command.Hidden = true;
        command.SetAction((arguments, cancellationToken) => Loader.ObeyAsync(arguments.GetRequiredValue(order), cancellationToken));
        return command;
    }

    private static Command CreateFill()
    {
        Argument<string> order = new("order");
        Command command = new(Filler.Command, "Fills a data folder as told in JSON.") { order };
        command.Hidden = true;
        command.SetAction((arguments, cancellationToken) => Filler.ObeyAsync(arguments.GetRequiredValue(order), cancellationToken));
        return command;
    }

    private static Command CreateEndpoint()
    {
        Option<bool> forward = new(BaselineServer.Forward);
        Command command = new(BaselineServer.Command, "Serves the baselines.") { forward };
        command.Hidden = true;
        command.SetAction((arguments, cancellationToken) => BaselineEndpoint.RunAsync(arguments.GetValue(forward), cancellationToken));
        return command;
    }

    private static Option<T> Create<T>(string name, string description, Func<T> absent) =>
        new(name) { Description = description, DefaultValueFactory = _ => absent() };

    // The server is built with this program, in the same configuration: …/bench/Gemel.Bench/bin/Release/net10.0.
    private static string DefaultServer()
    {
        DirectoryInfo output = new(AppContext.BaseDirectory);
        string repository = Path.Combine(output.FullName, "..", "..", "..", "..", "..");
        return Path.GetFullPath(Path.Combine(repository, "src", "Gemel.Server", "bin", output.Parent!.Name, output.Name, "gemel.dll"));
    }

    private sealed class ErrorLines : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
