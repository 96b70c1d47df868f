using System.CommandLine;
using Gemel.Bench.Soak;

namespace Gemel.Bench.CommandLine;

/// <summary><c>soak</c>: hours of the demo plant against a server that is killed, backed up and restored.</summary>
internal static class SoakCommand
{
    private const int Well = 0;
    private const int Wrong = 1;

    private static readonly Option<double> Minutes = new("--minutes") { Description = "How long.", DefaultValueFactory = _ => 70 };
    private static readonly Option<double> Pace = new("--pace") { Description = "What every interval is divided by: more for a short look.", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> Speed = new("--speed") { Description = "Seconds of plant time in a second.", DefaultValueFactory = _ => 100 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Of the moments of crashes.", DefaultValueFactory = _ => 1 };
    private static readonly Option<string> Output = new("--out") { Description = "Where CSV, plot and summary go.", DefaultValueFactory = _ => "soak" };

    /// <param name="server">The option that names the built gemel.dll.</param>
    public static Command Create(Option<string> server)
    {
        Command command = new("soak", "Runs the demo plant fast against a server that is killed, backed up, restored and checked; plots what it holds. 1 where something is lost or grows.")
        {
            Minutes, Pace, Speed, Seed, Output, server,
        };
        command.SetAction((arguments, cancellationToken) => RunAsync(arguments, arguments.GetValue(server)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, string server, CancellationToken cancellationToken)
    {
        string output = Path.GetFullPath(arguments.GetValue(Output)!);
        string folder = Path.Combine(output, "work");
        SoakOptions options = new(
            TimeSpan.FromMinutes(arguments.GetValue(Minutes)), arguments.GetValue(Pace), server, output, folder, arguments.GetValue(Speed), arguments.GetValue(Seed));
        bool isWell;
        using (SoakRun run = new(options, TimeProvider.System))
        {
            isWell = await run.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        if (isWell)
        {
            Directory.Delete(folder, recursive: true);
        }
        return isWell ? Well : Wrong;
    }
}
