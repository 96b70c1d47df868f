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

    public GemelServer Served => _server;

    public string Key => _server.Key.Value;

    public string KeyFile => _server.Key.File;

    /// <param name="settings">As in a file: <c>("Https", "https://127.0.0.1:0")</c>.</param>
    public static async Task<LiveServer> StartAsync(string data, params (string Name, string Value)[] settings)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("Data", data), new("Http", "http://127.0.0.1:0"), new("Mqtt", "127.0.0.1:0"), .. settings.Select(s => KeyValuePair.Create<string, string?>(s.Name, s.Value))]).Build();
        ServerLogging quiet = ServerLogging.Default with { Least = LogLevel.Error };
        GemelServer server = await GemelServer.StartAsync(ServeOptions.Read(configuration).Value, configuration, quiet, TestContext.Current.CancellationToken);
        await server.WaitUntilReadyAsync(TestContext.Current.CancellationToken);
        return new LiveServer(server);
    }

    /// <summary>Runs a client command against this server.</summary>
    public Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.Of([.. arguments, "--url", Http, "--key-file", KeyFile]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
