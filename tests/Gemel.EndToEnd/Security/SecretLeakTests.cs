using System.Net;
using System.Text;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;
using MQTTnet;

namespace Gemel.EndToEnd.Security;

/// <summary>No secret shows anywhere but where it was asked for (attack 30): with the most talkative log and an exporter, everything is done
/// that takes or makes a secret; then everything that the server wrote, sent or shows is searched for each of them.</summary>
public sealed class SecretLeakTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] KeyFiles = ["admin.key", "metrics.key"];

    private readonly List<(string What, string Secret)> _secrets = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_secret_is_in_log_metrics_traces_answers_or_files()
    {
        using TemporaryFolder folder = new();
        using Collector collector = new();
        await using ServerProcess server = await ServerProcess.StartAsync(
            folder.Combine("data"), ("--log-level", "Trace"), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("Checkpoint__Interval", "1s"), ("Checkpoint__Bytes", "1048576"), ("History__HotAge", "2s"));
        Note("administrator's key", server.Key);
        Note("key for metrics", (await File.ReadAllTextAsync(Path.Combine(server.Data, "metrics.key"), Cancelled)).Trim());
        await server.Admin.AddModelsAsync(TestModels.All);
        await UseDevicesAsync(server);
        await UseKeysAsync(server);
        await UseWrongPlacesAsync(server);
        await CheckpointAsync(server);
        await collector.HasBoth.WaitAsync(Patience, TimeProvider.System, Cancelled);
        Dictionary<string, byte[]> seen = await AnswersAsync(server);
        Assert.Equal(0, await server.StopAsync());
        seen["log"] = Encoding.UTF8.GetBytes(server.Log);
        foreach ((string path, byte[] body) in collector.Taken)
        {
            seen[$"export {seen.Count} to {path}"] = body;
        }
        foreach (string file in Directory.GetFiles(server.Data, "*", SearchOption.AllDirectories).Where(file => !KeyFiles.Contains(Path.GetFileName(file))))
        {
            seen[Path.GetRelativePath(server.Data, file)] = await File.ReadAllBytesAsync(file, Cancelled);
        }
        AssertSearched(seen);
        string[] found = [.. from place in seen from secret in _secrets where place.Value.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret.Secret)) >= 0 select $"{secret.What} in {place.Key}"];
        Assert.Empty(found);
    }

    // The server says when it has written one only where it is asked.
    private static async Task CheckpointAsync(ServerProcess server)
    {
        using CancellationTokenSource patience = new(Patience, TimeProvider.System);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (!(await server.Admin.GetAsync("api/v1/status")).Json.GetProperty("followers").EnumerateArray().Any(f => f.GetProperty("name").GetString() == "checkpoint" && f.GetProperty("position").GetInt64() > 0))
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    // A search in the wrong place finds nothing, too: what must be there is.
    private static void AssertSearched(Dictionary<string, byte[]> seen)
    {
        Assert.Contains("was refused", Encoding.UTF8.GetString(seen["log"]), StringComparison.Ordinal);
        Assert.Contains(seen.Keys, key => key.StartsWith("journal", StringComparison.Ordinal));
        Assert.Contains(seen.Keys, key => key.StartsWith("checkpoints", StringComparison.Ordinal));
        Assert.Contains("gemel_access_refused", Encoding.UTF8.GetString(seen["/metrics"]), StringComparison.Ordinal);
        Assert.Contains(seen, place => place.Key.EndsWith("traces", StringComparison.Ordinal) && place.Value.AsSpan().IndexOf("gmk_***"u8) >= 0);
    }

    private async Task UseDevicesAsync(ServerProcess server)
    {
        string first = Note("device's first secret", await server.Admin.AddPumpAsync("p1"));
        Assert.True(await TryConnectAsync(server, "p1", first));
        Answer renewed = (await server.Admin.PostAsync("api/v1/devices/p1/secret", null)).Expect(HttpStatusCode.OK);
        string second = Note("device's second secret", renewed.Json.GetProperty("secret").GetString()!);
        Assert.False(await TryConnectAsync(server, "p1", first));
        Assert.True(await TryConnectAsync(server, "p1", second));
        Assert.False(await TryConnectAsync(server, "p1", Wrong("MQTT password")));
        Assert.False(await TryConnectAsync(server, Wrong("MQTT user"), "x"));
        await server.Admin.PutAsync("digitaltwins/p2", "{}", Basic("p1", second));
        await server.Admin.PutAsync("api/v1/mappings/plc", """{"name":"plc","rules":[{"tag":"a","twin":"p1","path":"speed"}]}""");
        using GemelClient device = new(server.Http, key: null);
        await device.PostAsync("api/v1/devices/p1/data", """{"speed":1}""", Basic("p1", second));
        await device.PostAsync("api/v1/devices/p1/data", """{"speed":1}""", Basic("p1", Wrong("Basic password")));
        await device.PostAsync("api/v1/devices/p1/data", """{"speed":1}""", Basic(Wrong("Basic user"), "x"));
    }

    private async Task UseKeysAsync(ServerProcess server)
    {
        Answer made = (await server.Admin.PostAsync("api/v1/keys", """{"name":"dashboard","role":"reader"}""")).Expect(HttpStatusCode.Created);
        string first = Note("named key", made.Json.GetProperty("key").GetString()!);
        Answer rotated = (await server.Admin.PostAsync("api/v1/keys/dashboard/rotate", """{"overlap":"PT1H"}""")).Expect(HttpStatusCode.OK);
        string second = Note("rotated key", rotated.Json.GetProperty("key").GetString()!);
        foreach (string key in new[] { first, second })
        {
            using GemelClient reader = new(server.Http, key);
            (await reader.GetAsync("digitaltwins/p1")).Expect(HttpStatusCode.OK);
            (await reader.PutAsync("digitaltwins/p1", "{}")).Expect(HttpStatusCode.Forbidden);
            (await reader.DeleteAsync($"api/v1/keys/{key}")).Expect(HttpStatusCode.Forbidden);
        }
        Assert.True(await TryConnectAsync(server, "key:dashboard", second));
    }

    private async Task UseWrongPlacesAsync(ServerProcess server)
    {
        using GemelClient stranger = new(server.Http, key: null);
        string good = _secrets.Single(s => s.What == "rotated key").Secret;
        foreach (string key in new[] { WrongKey("key in an address"), good, server.Key })
        {
            await stranger.GetAsync($"models?key={key}&access_token={key}");
            await stranger.GetAsync($"{key}?x");
            await stranger.GetAsync($"api/v1/devices/{key}");
            await stranger.GetAsync("models", ("X-Api-Key", key), ("Cookie", $"key={key}"), ("User-Agent", key), ("Referer", $"http://127.0.0.1/?{key}"));
            await server.Admin.GetAsync($"api/v1/devices?prefix={key}");
            await server.Admin.GetAsync($"digitaltwins/{key}");
        }
        (await stranger.GetAsync("models", ("Authorization", $"Bearer {WrongKey("bearer")}"))).Expect(HttpStatusCode.Unauthorized);
        (await stranger.GetAsync("models", ("Authorization", WrongKey("header without scheme")))).Expect(HttpStatusCode.Unauthorized);
    }

    private static async Task<Dictionary<string, byte[]>> AnswersAsync(ServerProcess server)
    {
        Dictionary<string, byte[]> answers = [];
        string[] paths =
        [
            "metrics", "health/ready", "api/v1/status", "openapi/v1.json", "docs/openapi/v1.json", "api/v1/keys", "api/v1/keys/dashboard", "api/v1/devices", "api/v1/devices/p1",
            "api/v1/mappings", "api/v1/rejections", "api/v1/digitaltwins", "digitaltwins/p1", "api/v1/digitaltwins/p1/state", "api/v1/digitaltwins/p1/history",
        ];
        foreach (string path in paths)
        {
            answers[$"/{path}"] = Encoding.UTF8.GetBytes((await server.Admin.GetAsync(path)).Text);
        }
        return answers;
    }

    private static async Task<bool> TryConnectAsync(ServerProcess server, string user, string password)
    {
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        MqttClientOptions options = new MqttClientOptionsBuilder()
            .WithTcpServer(server.Mqtt.Address.ToString(), server.Mqtt.Port).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500).WithCredentials(user, password).Build();
        return (await client.ConnectAsync(options, Cancelled)).ResultCode == MqttClientConnectResultCode.Success;
    }

    private static (string, string) Basic(string user, string password) => ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}");

    private string Wrong(string what) => Note($"wrong {what}", Gemel.Security.Secret.Generate());

    private string WrongKey(string what) => Note($"wrong {what}", Gemel.Security.ApiKey.Generate());

    private string Note(string what, string secret)
    {
        _secrets.Add((what, secret));
        return secret;
    }
}
