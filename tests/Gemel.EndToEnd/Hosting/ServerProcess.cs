using System.Net;
using System.Text.RegularExpressions;
using Gemel.EndToEnd.Clients;

namespace Gemel.EndToEnd.Hosting;

/// <summary>The built server on a data folder: started, stopped, killed and started again on the same ports.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    // Settings of the runtime, of the loader, and of the layer that it loads.
    private static readonly string[] AsTheyAre = ["DOTNET_", "OTEL_", "LD_PRELOAD", "POWERLOSS_"];

    private readonly ServerProgram _program;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly TemporaryFolder? _ownFolder;
    private ProgramRun _run;

    private ServerProcess(ServerProgram program, string data, IReadOnlyDictionary<string, string> environment, TemporaryFolder? ownFolder, ProgramRun run) =>
        (_program, Data, _environment, _ownFolder, _run) = (program, data, environment, ownFolder, run);

    public string Data { get; }

    public Uri Http { get; private set; } = null!;

    public IPEndPoint Mqtt { get; private set; } = null!;

    public string Key { get; private set; } = null!;

    /// <summary>As the administrator; good over restarts.</summary>
    public GemelClient Admin { get; private set; } = null!;

    public int ProcessId => _run.Id;

    /// <summary>The server's log of the present run.</summary>
    public string Log => _run.Errors;

    public bool HasExited => _run.HasExited;

    /// <summary>Starts a server on free ports and waits until it is ready.</summary>
    /// <param name="data">The data folder; null makes one that goes with the server.</param>
    /// <param name="settings">As in the environment, without the prefix: <c>Mqtt__ConnectTimeout</c>; those of others (<c>DOTNET_…</c>, <c>OTEL_…</c>) as they
    /// are; what begins with two hyphens goes on the command line.</param>
    public static Task<ServerProcess> StartAsync(string? data = null, params (string Name, string Value)[] settings) => StartAsync(ServerProgram.Built, data, settings);

    /// <inheritdoc cref="StartAsync(string, ValueTuple{string, string}[])"/>
    /// <param name="program">Another than that of this build's output.</param>
    public static async Task<ServerProcess> StartAsync(ServerProgram program, string? data = null, params (string Name, string Value)[] settings)
    {
        TemporaryFolder? own = data is null ? new TemporaryFolder() : null;
        string folder = data ?? own!.Combine("data");
        Dictionary<string, string> environment = settings.Where(s => !IsOption(s)).ToDictionary(
            s => AsTheyAre.Any(prefix => s.Name.StartsWith(prefix, StringComparison.Ordinal)) ? s.Name : $"GEMEL_{s.Name}", s => s.Value);
        string[] options = [.. settings.Where(IsOption).SelectMany(s => new[] { s.Name, s.Value })];
        ServerProcess server = new(program, folder, environment, own, Launch(program, folder, "http://127.0.0.1:0", "127.0.0.1:0", environment, options));
        try
        {
            await server.ReadAddressesAsync();
            await server.WaitUntilReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>gemel</c> with any arguments.</summary>
    public static ProgramRun Launch(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        ServerProgram.Built.Run(arguments, environment);

    /// <summary>SIGKILL, and waits until the process is gone.</summary>
    public async Task KillAsync()
    {
        _run.Kill();
        await _run.ExitCodeAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Ends with a process that ends by itself.</summary>
    public Task WaitForEndAsync() => _run.ExitCodeAsync(TestContext.Current.CancellationToken);

    /// <summary>SIGTERM; waits for the end.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="TimeoutException">It did not end within the ten seconds promised.</exception>
    public async Task<int> StopAsync()
    {
        _run.RequestStop();
        return await _run.ExitCodeAsync(TestContext.Current.CancellationToken).WaitAsync(StopTimeout, TimeProvider.System);
    }

    /// <summary>Starts again on the same folder and ports, and waits until it is ready.</summary>
    public async Task StartAgainAsync()
    {
        await _run.DisposeAsync();
        _run = Launch(_program, Data, Http.GetLeftPart(UriPartial.Authority), Mqtt.ToString(), _environment);
        await _run.NextLineAsync();
        await WaitUntilReadyAsync();
    }

    /// <summary>Resident memory in bytes.</summary>
    public long ResidentBytes()
    {
        string line = File.ReadLines($"/proc/{ProcessId}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        await _run.DisposeAsync();
        Admin?.Dispose();
        _ownFolder?.Dispose();
    }

    private static ProgramRun Launch(ServerProgram program, string data, string http, string mqtt, IReadOnlyDictionary<string, string> environment, params string[] options) =>
        program.Run(["serve", "--data", data, "--http", http, "--mqtt", mqtt, .. options], environment);

    private static bool IsOption((string Name, string Value) setting) => setting.Name.StartsWith("--", StringComparison.Ordinal);

    private async Task ReadAddressesAsync()
    {
        string line = await _run.NextLineAsync();
        Match addresses = Addresses().Match(line);
        Assert.True(addresses.Success, $"The first line names no addresses: {line}");
        Http = new Uri(addresses.Groups["http"].Value + "/");
        Mqtt = IPEndPoint.Parse(addresses.Groups["mqtt"].Value);
        Key = (await File.ReadAllTextAsync(Path.Combine(Data, "admin.key"), TestContext.Current.CancellationToken)).Trim();
        Admin = new GemelClient(Http, Key);
    }

    /// <summary>The only place that polls: a process that starts has no other way to say that it is ready.</summary>
    private async Task WaitUntilReadyAsync()
    {
        using CancellationTokenSource patience = new(ReadyTimeout, TimeProvider.System);
        using PeriodicTimer timer = new(ReadyPoll, TimeProvider.System);
        string last = "no answer";
        while (!_run.HasExited && !patience.IsCancellationRequested)
        {
            (bool ready, last) = await Admin.IsReadyAsync();
            if (ready)
            {
                return;
            }
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        Assert.Fail($"The server on {Data} is not ready: {last}. Its log: {Log}");
    }

    [GeneratedRegex(@" at (?<http>http://\S+) and mqtt://(?<mqtt>\S+)$")]
    private static partial Regex Addresses();
}
