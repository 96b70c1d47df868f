using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gemel.Server.Serving;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Gemel.Server.Tests.Serving;

/// <summary>A whole server, as <c>gemel serve</c> starts it: what the doors' own tests cannot see.</summary>
public sealed class ServedAccessTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gemel-server-tests-").FullName;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private GemelServer? _server;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private AuthenticationHeaderValue Administrator => new("Bearer", _server!.Key.Value);

    public async ValueTask InitializeAsync()
    {
        IConfiguration settings = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Data", Path.Combine(_folder, "data")), new("Http", "http://127.0.0.1:0"), new("Mqtt", "127.0.0.1:0")]).Build();
        _server = await GemelServer.StartAsync(ServeOptions.Read(settings).Value, settings, ServerLogging.Default with { Least = LogLevel.None }, Cancelled);
        await _server.WaitUntilReadyAsync(Cancelled);
        _client.BaseAddress = _server.HttpAddress;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("GET", "/metrics", 401)]
    [InlineData("POST", "/metrics", 401)]
    [InlineData("GET", "//metrics", 401)]
    [InlineData("GET", "/METRICS/", 401)]
    [InlineData("GET", "/docs/%2e%2e/metrics", 401)]
    [InlineData("POST", "/mqtt/negotiate", 404)]
    [InlineData("GET", "/mqtt", 400)]
    public async Task What_only_the_whole_server_maps_is_closed_to_strangers(string method, string path, int status)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri($"{_server!.HttpAddress.GetLeftPart(UriPartial.Authority)}{path}"));
        using HttpResponseMessage answer = await _client.SendAsync(request, Cancelled);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Metrics_are_for_the_administrator_and_their_own_key_and_not_for_devices()
    {
        AuthenticationHeaderValue scraper = new("Bearer", _server!.Keys.Metrics.Value);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get, "/metrics", scraper));
        string secret = await SecretAsync(HttpMethod.Put, "/api/v1/devices/d1");
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get, "/metrics", Administrator));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(HttpMethod.Get, "/metrics", Basic("d1", secret)));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Get, "/metrics", new AuthenticationHeaderValue("Bearer", secret)));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Get, "/metrics", Basic("admin", secret)));
    }

    [Theory]
    [InlineData("GET", "/models")]
    [InlineData("GET", "/api/v1/status")]
    [InlineData("PUT", "/api/v1/devices/d1")]
    [InlineData("POST", "/api/v1/devices/d1/data")]
    public async Task The_key_for_metrics_opens_nothing_else(string method, string path)
    {
        AuthenticationHeaderValue scraper = new("Bearer", _server!.Keys.Metrics.Value);
        await SecretAsync(HttpMethod.Put, "/api/v1/devices/d1");
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(new HttpMethod(method), path, scraper));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(new HttpMethod(method), path, Basic("admin", _server.Keys.Metrics.Value)));
    }

    [Fact]
    public async Task A_renewed_secret_and_a_removed_device_end_at_once()
    {
        const string data = "/api/v1/devices/d1/data";
        string first = await SecretAsync(HttpMethod.Put, "/api/v1/devices/d1");
        Assert.NotEqual(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Post, data, Basic("d1", first)));
        string second = await SecretAsync(HttpMethod.Post, "/api/v1/devices/d1/secret");
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Post, data, Basic("d1", first)));
        Assert.NotEqual(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Post, data, Basic("d1", second)));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(HttpMethod.Delete, "/api/v1/devices/d1", Administrator));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Post, data, Basic("d1", second)));
    }

    [Fact]
    public async Task No_secret_lies_in_the_data_folder_in_clear_text()
    {
        string secret = await SecretAsync(HttpMethod.Put, "/api/v1/devices/d1");
        await SendAsync(HttpMethod.Post, "/api/v1/devices/d1/data", Basic("d1", secret));
        (string key, string metrics) = (_server!.Key.Value, _server.Keys.Metrics.Value);
        await StopAsync();
        string[] files = Directory.GetFiles(Path.Combine(_folder, "data"), "*", SearchOption.AllDirectories);
        Assert.True(files.Length >= 3);
        Assert.DoesNotContain(files, file => Holds(file, secret));
        Assert.Equal(["admin.key"], files.Where(file => Holds(file, key)).Select(file => Path.GetFileName(file)));
        Assert.Equal(["metrics.key"], files.Where(file => Holds(file, metrics)).Select(file => Path.GetFileName(file)));
    }

    private async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } running)
        {
            await running.DisposeAsync();
        }
    }

    private static bool Holds(string file, string text) => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    private static AuthenticationHeaderValue Basic(string user, string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    private async Task<string> SecretAsync(HttpMethod method, string path)
    {
        using HttpRequestMessage request = new(method, path) { Headers = { Authorization = Administrator } };
        using HttpResponseMessage answer = await _client.SendAsync(request, Cancelled);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancelled)).RootElement.GetProperty("secret").GetString()!;
    }

    private async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, AuthenticationHeaderValue credential)
    {
        using HttpRequestMessage request = new(method, path) { Headers = { Authorization = credential } };
        request.Content = method == HttpMethod.Post ? new StringContent("{}", Encoding.UTF8, "application/json") : null;
        using HttpResponseMessage answer = await _client.SendAsync(request, Cancelled);
        return answer.StatusCode;
    }
}
