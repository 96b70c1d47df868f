using System.Diagnostics;
using System.Globalization;
using Gemel.Bench.Fleet;
using Gemel.Bench.Load;
using Gemel.Bench.Processes;

namespace Gemel.Bench.Servers;

/// <summary>Gemel on a data folder of its own, with the fleet in it.</summary>
internal sealed class GemelServer : BenchServer
{
    private const string Administrator = "admin";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;
    private readonly string _folder;
    private readonly SentTally _tally;
    private readonly long _rowsBefore;

    private GemelServer(string name, ChildProcess process, Addresses addresses, string key, GemelClient client, Workload workload, string folder, long rowsBefore)
        : base(name, process, addresses, new Account(Administrator, key))
    {
        (_process, Client, _folder, _tally, _rowsBefore) = (process, client, folder, new SentTally(workload), rowsBefore);
    }

    public GemelClient Client { get; }

    /// <summary>Where its administrator's key is.</summary>
    public string KeyFile => Path.Combine(_folder, "admin.key");

    /// <summary>Values sent since the start.</summary>
    public long Values => _tally.Values;

    /// <summary>Starts the server on an empty folder and provisions the fleet.</summary>
    /// <param name="assembly">The path of gemel.dll.</param>
    public static Task<GemelServer> StartAsync(string assembly, string folder, Workload workload, CancellationToken cancellationToken) =>
        StartAsync("gemel", assembly, folder, workload, new Dictionary<string, string>(), cancellationToken);

    /// <inheritdoc cref="StartAsync(string, string, Workload, CancellationToken)"/>
    /// <param name="name">Under which its figures stand.</param>
    /// <param name="settings">Environment variables for it.</param>
    public static async Task<GemelServer> StartAsync(
        string name, string assembly, string folder, Workload workload, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        ChildProcess process = ChildProcess.StartAssembly(
            assembly, ["serve", "--data", folder, "--http", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--log-level", "Warning"], settings);
        Addresses addresses = Addresses.Parse(await process.ReadLineAsync(cancellationToken).ConfigureAwait(false));
        string key = (await File.ReadAllTextAsync(Path.Combine(folder, "admin.key"), cancellationToken).ConfigureAwait(false)).Trim();
        GemelClient client = new(addresses.Http, key);
        await client.ProvisionAsync(cancellationToken).ConfigureAwait(false);
        GemelServer server = new(name, process, addresses, key, client, workload, folder, (await client.ReadFiguresAsync(cancellationToken).ConfigureAwait(false)).Rows);
        if (workload is GatewayWorkload)
        {
            server.Account = await client.ProvisionGatewayAsync(cancellationToken).ConfigureAwait(false);
        }
        return server;
    }

    /// <summary>Starts the server on a folder that was filled before, and waits until it takes work.</summary>
    /// <param name="workload">What will be sent to it.</param>
    public static async Task<GemelServer> StartFilledAsync(string assembly, string folder, Workload workload, CancellationToken cancellationToken)
    {
        ChildProcess process = ChildProcess.StartAssembly(
            assembly, ["serve", "--data", folder, "--http", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--log-level", "Warning"],
            new Dictionary<string, string> { ["DOTNET_STARTUP_HOOKS"] = typeof(GemelServer).Assembly.Location });
        Addresses addresses = Addresses.Parse(await process.ReadLineAsync(cancellationToken).ConfigureAwait(false));
        await process.ReadLineAsync(cancellationToken).ConfigureAwait(false);   // where the key is
        string key = (await File.ReadAllTextAsync(Path.Combine(folder, "admin.key"), cancellationToken).ConfigureAwait(false)).Trim();
        GemelClient client = new(addresses.Http, key);
        await client.WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
        return new GemelServer("gemel", process, addresses, key, client, workload, folder, (await client.ReadFiguresAsync(cancellationToken).ConfigureAwait(false)).Rows);
    }

    /// <summary>Memory of its own after a full, compacting collection.</summary>
    public async Task<MemoryFigures> CollectAsync(CancellationToken cancellationToken)
    {
        await _process.WriteLineAsync(StartupHook.Collect).ConfigureAwait(false);
        string answer = await _process.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        return new MemoryFigures(_process.PrivateBytes(), long.Parse(answer, CultureInfo.InvariantCulture));
    }

    /// <summary>Ends the process and leaves its folder.</summary>
    public async Task KillAsync()
    {
        Client.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until history holds a row for every value; it takes only what is durable, and state was before.</summary>
    public override async Task<long> WaitUntilTakenAsync(LoadResult load, CancellationToken cancellationToken)
    {
        _tally.Add(load.SentByConnection);
        long expected = _rowsBefore + _tally.Values;
        long rows = 0;
        for (long lastProgress = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(lastProgress) < Patience;)
        {
            ServerFigures figures = await Client.ReadFiguresAsync(cancellationToken).ConfigureAwait(false);
            if (figures.Rejections > 0 || load.Refused > 0)
            {
                throw new BenchException($"Gemel did not take, or not give out, {Math.Max(figures.Rejections, load.Refused)} messages.");
            }
            if (figures.Rows >= expected)
            {
                return figures.Rows == expected ? Stopwatch.GetTimestamp() : throw new BenchException($"History holds {figures.Rows} rows; {expected} were sent.");
            }
            if (figures.Rows > rows)
            {
                (rows, lastProgress) = (figures.Rows, Stopwatch.GetTimestamp());
            }
            await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        throw new BenchException($"History holds {rows} rows and takes no more; {expected} were sent.");
    }

    /// <summary>Compares some meters with what was sent: how many samples history holds, and what the twin shows.</summary>
    /// <exception cref="BenchException">They differ.</exception>
    public async Task VerifyAsync(int meters, CancellationToken cancellationToken)
    {
        for (int meter = 0; meter < Meters.Count; meter += Meters.Count / meters)
        {
            for (int property = 0; property < Meters.Properties.Count; property++)
            {
                string path = Meters.Properties[property];
                long expected = _tally.SamplesOf(meter, property);
                long samples = await Client.CountSamplesAsync(meter, path, cancellationToken).ConfigureAwait(false);
                string? shown = await Client.ReadPropertyAsync(meter, path, cancellationToken).ConfigureAwait(false);
                if (samples != expected || (expected > 0 && shown != _tally.LastReading(meter, property)))
                {
                    throw new BenchException(
                        $"{Meters.Id(meter)}.{path}: history holds {samples} samples of {expected}, the twin shows {shown}, sent last was {_tally.LastReading(meter, property)}.");
                }
            }
        }
    }

    /// <summary>Bytes of all files of the data folder.</summary>
    public long FolderBytes() => new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public override async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }
}
