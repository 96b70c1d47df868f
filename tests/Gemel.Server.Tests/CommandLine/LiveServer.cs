using Gemel.Server.Serving;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Gemel.Server.Tests.CommandLine;

/// <summary>A server in this process on free ports, ready.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private readonly GemelServer _server;

    private LiveServer(GemelServer server) => _server = server;

    public string Http => _server.HttpAddress.ToString();

    public string Mqtt => _server.MqttAddress.ToString();

    public string Key => _server.Key.Value;

    public string KeyFile => _server.Key.File;

    public static async Task<LiveServer> StartAsync(string data)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("Data", data), new("Http", "http://127.0.0.1:0"), new("Mqtt", "127.0.0.1:0")]).Build();
        ServerLogging quiet = ServerLogging.Default with { Least = LogLevel.Error };
        GemelServer server = await GemelServer.StartAsync(ServeOptions.Read(configuration).Value, configuration, quiet, TestContext.Current.CancellationToken);
        await server.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
        return new LiveServer(server);
    }

    /// <summary>Runs a client command against this server.</summary>
    public Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.Of([.. arguments, "--url", Http, "--key-file", KeyFile]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
