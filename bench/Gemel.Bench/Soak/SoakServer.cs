using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gemel.Bench.Soak;

/// <summary>A server on one data folder and one pair of ports, through all its lives.</summary>
internal sealed class SoakServer : IAsyncDisposable
{
    // Below the ports that the system gives to connections: while the server is away, a client that tries its port must not meet itself.
    private const int FirstPort = 20_000;
    private const int LastPort = 30_000;

    private readonly SoakOptions _options;
    private readonly TimeProvider _clock;
    private readonly string _log;
    private SoakProcess? _process;
    private long _started;
    private long _ready;

    private SoakServer(SoakOptions options, string data, string log, TimeProvider clock)
    {
        (_options, Data, _log, _clock) = (options, data, log, clock);
        (HttpPort, MqttPort) = (FreePort(), FreePort());
    }

    public string Data { get; }

    public int HttpPort { get; }

    public int MqttPort { get; }

    public Uri Http => new($"http://127.0.0.1:{HttpPort.ToString(CultureInfo.InvariantCulture)}");

    public string KeyFile => Path.Combine(Data, "admin.key");

    public SoakClient Client { get; private set; } = null!;

    /// <summary>The process while it takes work; null while it does not.</summary>
    public int? Process { get; private set; }

    public bool IsAlive => _process is { IsAlive: true };

    public TimeSpan Uptime => _clock.GetElapsedTime(_ready);

    /// <summary>From the start of the present process to its being ready.</summary>
    public TimeSpan Recovery { get; private set; }

    /// <summary>Starts a server on a folder and waits until it takes work.</summary>
    public static async Task<SoakServer> StartAsync(SoakOptions options, string data, string log, TimeProvider clock, CancellationToken cancellationToken)
    {
        SoakServer server = new(options, data, log, clock);
        try
        {
            server.Launch();
            await server.WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a process; it is not ready when this returns.</summary>
    public void Launch()
    {
        _started = _clock.GetTimestamp();
        _process = SoakProcess.Start(
            _options.Server,
            ["serve", "--data", Data, "--http", Http.ToString().TrimEnd('/'), "--mqtt", $"127.0.0.1:{MqttPort.ToString(CultureInfo.InvariantCulture)}", "--log-level", "Warning"],
            _options.ServerSettings, _log);
    }

    /// <returns>How long it took since the launch.</returns>
    public async Task<TimeSpan> WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while (!File.Exists(KeyFile) && IsAlive)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _clock, cancellationToken).ConfigureAwait(false);
        }
        if (Client is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), _clock, cancellationToken).ConfigureAwait(false);
            Client = new SoakClient(Http, (await File.ReadAllTextAsync(KeyFile, cancellationToken).ConfigureAwait(false)).Trim());
        }
        await Client.WaitUntilReadyAsync(() => IsAlive, cancellationToken).ConfigureAwait(false);
        Recovery = _clock.GetElapsedTime(_started);
        _ready = _clock.GetTimestamp();
        Process = _process!.Id;
        return Recovery;
    }

    public async Task KillAsync()
    {
        Process = null;
        await _process!.DisposeAsync().ConfigureAwait(false);
        _process = null;
    }

    /// <returns>The exit code of SIGTERM.</returns>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        Process = null;
        int code = await _process!.TerminateAsync(cancellationToken).ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
        _process = null;
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(FirstPort, LastPort);
            using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }
}
