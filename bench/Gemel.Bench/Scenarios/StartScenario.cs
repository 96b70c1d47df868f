using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gemel.Bench.Processes;
using Gemel.Bench.Reports;

namespace Gemel.Bench.Scenarios;

/// <summary>From the start of the process to the first 200 of <c>/health/ready</c> on an empty folder, as it ships; the baseline is an empty
/// program of ASP.NET Core and Orleans, published in the same way. Publishes both first.</summary>
internal sealed class StartScenario : IScenario
{
    private const double Bar = 1.5;
    private const string Solution = "Gemel.slnx";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    public string Name => "start";

    public string Description => "ms from start to ready on an empty folder, as published; baseline: an empty ASP.NET Core and Orleans process";

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        string root = Root();
        string server = await PublishAsync(root, "src/Gemel.Server", "-p:PublishProfile=folder", options, cancellationToken).ConfigureAwait(false);
        string empty = await PublishAsync(
            root, "bench/Gemel.Bench.EmptyHost", "-p:Configuration=Release -p:SelfContained=true -p:PublishReadyToRun=true", options, cancellationToken).ConfigureAwait(false);
        List<double> gemel = [];
        List<double> baseline = [];
        // The first of each finds nothing in the page cache and does not count.
        for (int round = 0; round <= options.Rounds; round++)
        {
            string data = Path.Combine(options.Folder, $"{Name}-data");
            Uri address = FreeAddress();
            gemel.Add(await MillisecondsAsync(Path.Combine(server, "gemel"), ["serve", "--data", data, "--http", Text(address), "--mqtt", "127.0.0.1:0"], address, cancellationToken).ConfigureAwait(false));
            Directory.Delete(data, recursive: true);
            address = FreeAddress();
            baseline.Add(await MillisecondsAsync(Path.Combine(empty, "Gemel.Bench.EmptyHost"), [Text(address)], address, cancellationToken).ConfigureAwait(false));
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"{Name} {round}/{options.Rounds}: gemel {gemel[^1]:N0} ms, empty host {baseline[^1]:N0} ms"));
        }
        SideFigures of = Figures("gemel", gemel);
        SideFigures than = Figures("empty host", baseline);
        return [new ScenarioResult(Name, "ms", of, than, of.Value / than.Value, Bar, LowerIsBetter: true, [])];
    }

    private static SideFigures Figures(string name, IEnumerable<double> all)
    {
        double[] counted = [.. all.Skip(1)];
        return new SideFigures(name, counted.Order().ElementAt(counted.Length / 2), counted);
    }

    private static async Task<double> MillisecondsAsync(string program, IEnumerable<string> arguments, Uri address, CancellationToken cancellationToken)
    {
        using HttpClient http = new();
        Uri ready = new(address, "/health/ready");
        long started = Stopwatch.GetTimestamp();
        ChildProcess process = ChildProcess.Start(program, arguments, new Dictionary<string, string>());
        await using (process.ConfigureAwait(false))
        {
            while (!await IsReadyAsync(http, ready, cancellationToken).ConfigureAwait(false))
            {
                if (process.HasExited)
                {
                    // Tells the end of its standard error.
                    await process.ReadLineAsync(cancellationToken).ConfigureAwait(false);
                }
                await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri ready, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(ready, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<string> PublishAsync(string root, string project, string settings, BenchOptions options, CancellationToken cancellationToken)
    {
        string output = Path.Combine(options.Folder, Path.GetFileName(project));
        ProcessStartInfo start = new("dotnet", ["publish", project, .. settings.Split(' '), "-r", "linux-x64", "-o", output, "-nologo", "-v", "quiet"])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string text = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode == 0 ? output : throw new BenchException($"dotnet publish {project} ended with {process.ExitCode}: {text}");
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, Solution)))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new BenchException($"The scenario start publishes from the source tree; no {Solution} lies above {AppContext.BaseDirectory}.");
    }

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static Uri FreeAddress()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new Uri($"http://{probe.LocalEndPoint}");
    }
}
