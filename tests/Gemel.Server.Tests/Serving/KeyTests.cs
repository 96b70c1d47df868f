using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gemel.Server.Tests.CommandLine;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Gemel.Server.Tests.Serving;

/// <summary>Named keys on a whole server: made, used, rotated, ended, kept over a restart.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private LiveServer _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await LiveServer.StartAsync(_folder["data"]);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_key_outlives_a_restart_and_is_kept_only_as_its_hash()
    {
        string key = await AddAsync("dashboard", "reader");
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/models", key));
        await _server.DisposeAsync();
        _server = await LiveServer.StartAsync(_folder["data"]);
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/models", key));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/api/v1/keys", key));
        IEnumerable<string> files = Directory.GetFiles(_folder["data"], "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "gemel.lock");
        Assert.DoesNotContain(files, file => Holds(file, key));
    }

    [Fact]
    public async Task After_a_rotation_with_overlap_both_open_and_without_only_the_new_one()
    {
        string first = await AddAsync("line", "reader");
        string second = await RotateAsync("line", "PT1H");
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/models", first));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/models", second));
        string third = await RotateAsync("line", "PT0S");
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/models", first));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/models", second));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/models", third));
    }

    [Fact]
    public async Task The_list_says_who_made_a_key_and_when_it_was_used_and_never_the_key()
    {
        string admin = await AddAsync("second-admin", "administrator");
        await SendAsync(HttpMethod.Post, "/api/v1/keys", admin, """{"name":"third","role":"scraper","expires":"2999-01-01T00:00:00Z"}""");
        JsonElement[] keys = [.. (await JsonAsync(HttpMethod.Get, "/api/v1/keys", admin)).GetProperty("value").EnumerateArray()];
        Assert.Equal(["second-admin", "third"], keys.Select(k => k.GetProperty("name").GetString()));
        Assert.Equal("key:admin", keys[0].GetProperty("createdBy").GetString());
        Assert.True(keys[0].TryGetProperty("lastUse", out _));
        Assert.Equal("key:second-admin", keys[1].GetProperty("createdBy").GetString());
        Assert.Equal("2999-01-01T00:00:00.0000000Z", keys[1].GetProperty("expires").GetString());
        Assert.False(keys[1].TryGetProperty("lastUse", out _));
        Assert.All(keys, key => Assert.False(key.TryGetProperty("key", out _)));
    }

    [Theory]
    [InlineData("""{"name":"admin","role":"reader"}""", "GMC082")]
    [InlineData("""{"name":"k","role":"device"}""", "GMW031")]
    [InlineData("""{"name":"k","role":"Administrator"}""", "GMW031")]
    [InlineData("""{"name":"k"}""", "GMW012")]
    [InlineData("""{"role":"reader"}""", "GMW012")]
    [InlineData("""{"name":"a/b","role":"reader","createdBy":"me"}""", "GMW008")]
    [InlineData("""{"name":"#","role":"reader"}""", "GMW008")]
    [InlineData("""{"name":"k","role":"reader","expires":"2020-01-01T00:00:00Z"}""", "GMC083")]
    [InlineData("""{"name":"k","role":"reader","expires":"soon"}""", "GMW008")]
    public async Task A_key_that_cannot_be_is_refused(string body, string code)
    {
        (_, string answer) = await SendAsync(HttpMethod.Post, "/api/v1/keys", _server.Key, body);
        Assert.Equal(code, JsonDocument.Parse(answer).RootElement.GetProperty("error").GetProperty("innererror").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Deleting_a_key_ends_its_streams_and_sessions()
    {
        string key = await AddAsync("watcher", "reader");
        using HttpClient client = new() { BaseAddress = new Uri(_server.Http), DefaultRequestHeaders = { Authorization = new("Bearer", key) } };
        using HttpResponseMessage stream = await client.GetAsync("/api/v1/streams/changes", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        using IMqttClient mqtt = new MqttClientFactory().CreateMqttClient();
        TaskCompletionSource<MqttClientDisconnectedEventArgs> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        mqtt.DisconnectedAsync += args =>
        {
            ended.TrySetResult(args);
            return Task.CompletedTask;
        };
        await mqtt.ConnectAsync(Account("key:watcher", key), Cancelled);
        await SendAsync(HttpMethod.Delete, "/api/v1/keys/watcher", _server.Key, body: null);
        Assert.Equal(MqttClientDisconnectReason.AdministrativeAction, (await ended.Task.WaitAsync(Patience, Cancelled)).Reason);
        await using Stream body = await stream.Content.ReadAsStreamAsync(Cancelled);
        await body.CopyToAsync(Stream.Null, Cancelled).WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task Over_MQTT_a_reader_subscribes_and_publishes_nothing()
    {
        string key = await AddAsync("viewer", "reader");
        using IMqttClient mqtt = new MqttClientFactory().CreateMqttClient();
        await mqtt.ConnectAsync(Account("key:viewer", key), Cancelled);
        MqttClientSubscribeResult subscribed = await mqtt.SubscribeAsync("twins/+/state", MqttQualityOfServiceLevel.AtLeastOnce, Cancelled);
        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, subscribed.Items.Single().ResultCode);
        MqttClientPublishResult published = await mqtt.PublishStringAsync("devices/d1/data", "{}", MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Cancelled);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, published.ReasonCode);
        published = await mqtt.PublishStringAsync("twins/t1/data", "{}", MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Cancelled);
        Assert.NotEqual(MqttClientPublishReasonCode.Success, published.ReasonCode);
    }

    [Theory]
    [InlineData("key:other")]
    [InlineData("viewer")]
    [InlineData("admin")]
    public async Task Over_MQTT_a_key_goes_with_its_own_name_only(string user)
    {
        string key = await AddAsync("viewer", "reader");
        using IMqttClient mqtt = new MqttClientFactory().CreateMqttClient();
        MqttClientConnectResult refused = await mqtt.ConnectAsync(Account(user, key), Cancelled);
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, refused.ResultCode);
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("key:viewer")]
    public async Task No_device_can_take_the_name_of_a_key(string device)
    {
        (HttpStatusCode status, string answer) = await SendAsync(HttpMethod.Put, $"/api/v1/devices/{Uri.EscapeDataString(device)}", _server.Key, "{}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("GMC013", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_line_makes_lists_rotates_and_removes_keys()
    {
        CommandRun added = await _server.RunAsync("key", "add", "cli", "--role", "writer", "--expires", "90d", "--out", _folder["cli.key"]);
        Assert.Equal((0, ""), (added.Code, added.Error));
        string key = (await File.ReadAllTextAsync(_folder["cli.key"], Cancelled)).Trim();
        Assert.DoesNotContain(key, added.Output, StringComparison.Ordinal);
        Assert.True(Security.ApiKey.IsWellFormed(key));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["cli.key"]));
        }
        Assert.Equal(2, (await _server.RunAsync("key", "add", "cli2", "--role", "writer", "--out", _folder["cli.key"])).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/api/v1/keys/cli2", _server.Key, null)).Status);
        CommandRun rotated = await _server.RunAsync("key", "rotate", "cli", "--overlap", "1h");
        Assert.True(Security.ApiKey.IsWellFormed(rotated.Output.Trim()));
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/models", key));
        Assert.Contains("cli", (await _server.RunAsync("key", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _server.RunAsync("key", "remove", "cli")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/models", key));
    }

    private MqttClientOptions Account(string user, string key) => new MqttClientOptionsBuilder()
        .WithTcpServer("127.0.0.1", IPEndPoint.Parse(_server.Mqtt).Port).WithProtocolVersion(MqttProtocolVersion.V500).WithCredentials(user, key).WithTimeout(Patience).Build();

    private async Task<string> AddAsync(string name, string role) =>
        (await JsonAsync(HttpMethod.Post, "/api/v1/keys", _server.Key, $$"""{"name":"{{name}}","role":"{{role}}"}""")).GetProperty("key").GetString()!;

    private async Task<string> RotateAsync(string name, string overlap) =>
        (await JsonAsync(HttpMethod.Post, $"/api/v1/keys/{name}/rotate", _server.Key, $$"""{"overlap":"{{overlap}}"}""")).GetProperty("key").GetString()!;

    private async Task<HttpStatusCode> GetAsync(string path, string key) => (await SendAsync(HttpMethod.Get, path, key, body: null)).Status;

    private async Task<JsonElement> JsonAsync(HttpMethod method, string path, string key, string? body = null)
    {
        (HttpStatusCode status, string text) = await SendAsync(method, path, key, body);
        Assert.True((int)status < 300, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string path, string key, string? body)
    {
        using HttpClient client = new() { BaseAddress = new Uri(_server.Http) };
        using HttpRequestMessage request = new(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.SendAsync(request, Cancelled);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private static bool Holds(string file, string text) => BytesOf(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    // The server has some of them open.
    private static byte[] BytesOf(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
