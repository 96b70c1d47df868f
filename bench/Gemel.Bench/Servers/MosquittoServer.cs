using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gemel.Bench.Load;
using Gemel.Bench.Processes;

namespace Gemel.Bench.Servers;

/// <summary>Stock Eclipse Mosquitto, where it is installed.</summary>
internal sealed class MosquittoServer : BenchServer
{
    private const int Attempts = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly string[] Folders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"];

    private MosquittoServer(ChildProcess process, Addresses addresses)
        : base("mosquitto", process, addresses, new Account("bench", "bench"))
    {
    }

    /// <summary>Null where there is no mosquitto.</summary>
    /// <param name="folder">For its configuration.</param>
    public static async Task<MosquittoServer?> TryStartAsync(string folder, CancellationToken cancellationToken)
    {
        if (Folders.Select(f => Path.Combine(f, "mosquitto")).FirstOrDefault(File.Exists) is not { } program)
        {
            return null;
        }
        int port = FreePort();
        string settings = Path.Combine(folder, "mosquitto.conf");
        await File.WriteAllLinesAsync(
            settings,
            [string.Create(CultureInfo.InvariantCulture, $"listener {port} 127.0.0.1"), "allow_anonymous true", "max_inflight_messages 65535", "max_queued_messages 0", "log_dest none"],
            cancellationToken).ConfigureAwait(false);
        ChildProcess process = ChildProcess.Start(program, ["-c", settings], new Dictionary<string, string>());
        IPEndPoint address = new(IPAddress.Loopback, port);
        await KnockAsync(address, cancellationToken).ConfigureAwait(false);
        return new MosquittoServer(process, new Addresses(new Uri($"http://{address}"), address.ToString()));
    }

    // The loader's last PINGREQ was answered, and mosquitto reads a connection in order.
    public override Task<long> WaitUntilTakenAsync(LoadResult load, CancellationToken cancellationToken) => Task.FromResult(load.Ended);

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task KnockAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (SocketException) when (attempt < Attempts)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
