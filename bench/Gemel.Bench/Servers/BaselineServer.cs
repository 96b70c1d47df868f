using System.Globalization;
using System.Reflection;
using Gemel.Bench.Endpoint;
using Gemel.Bench.Load;
using Gemel.Bench.Processes;

namespace Gemel.Bench.Servers;

/// <summary>The bare endpoint; see <see cref="BaselineEndpoint"/>.</summary>
internal sealed class BaselineServer : BenchServer
{
    public const string Command = "endpoint";
    public const string Forward = "--forward";

    private readonly HttpClient _http;
    private long _taken;

    private BaselineServer(ChildProcess process, Addresses addresses)
        : base("baseline", process, addresses, new Account("bench", "bench"))
    {
        _http = new HttpClient { BaseAddress = addresses.Http };
    }

    /// <param name="forward">Hand publishes to subscribers.</param>
    public static async Task<BaselineServer> StartAsync(bool forward, CancellationToken cancellationToken)
    {
        string[] arguments = forward ? [Command, Forward] : [Command];
        ChildProcess process = ChildProcess.StartAssembly(
            Assembly.GetExecutingAssembly().Location, arguments, new Dictionary<string, string> { ["DOTNET_gcServer"] = "1" });
        return new BaselineServer(process, Addresses.Parse(await process.ReadLineAsync(cancellationToken).ConfigureAwait(false)));
    }

    /// <summary>Sets what the HTTP endpoint answers.</summary>
    public async Task AnswerAsync(byte[] body, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await _http.PutAsync(BaselineEndpoint.BodyPath, new ByteArrayContent(body), cancellationToken).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    // The loader's last PINGREQ was answered, so everything is here already; this only counts it.
    public override async Task<long> WaitUntilTakenAsync(LoadResult load, CancellationToken cancellationToken)
    {
        long before = _taken;
        _taken = long.Parse(await _http.GetStringAsync(BaselineEndpoint.CountPath, cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);
        long sent = load.SentByConnection.Sum();
        return _taken - before == sent
            ? load.Ended
            : throw new BenchException($"The baseline counted {_taken - before} messages of {sent}.");
    }

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return base.DisposeAsync();
    }
}
