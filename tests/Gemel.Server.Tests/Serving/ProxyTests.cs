using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gemel.Server.Tests.CommandLine;

namespace Gemel.Server.Tests.Serving;

/// <summary>Forwarded headers: from a named proxy they count, from others they are ignored (attack 3).</summary>
public sealed class ProxyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, false)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.0/8, 127.0.0.0/8", true)]
    public async Task Scheme_and_host_count_only_from_a_named_proxy(string? proxies, bool count)
    {
        await using LiveServer server = await StartAsync(proxies);
        foreach (string device in new[] { "d1", "d2" })
        {
            await SendAsync(server, HttpMethod.Put, $"/api/v1/devices/{device}", new("Bearer", server.Key), client: null);
        }
        using HttpResponseMessage answer = await SendAsync(server, HttpMethod.Get, "/api/v1/devices", new("Bearer", server.Key), "203.0.113.5");
        string link = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancelled)).RootElement.GetProperty("nextLink").GetString()!;
        Assert.StartsWith(count ? "https://twins.example/" : server.Http, link, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.TooManyRequests)]
    public async Task Guesses_count_for_the_client_behind_the_proxy_and_cannot_be_spread_by_a_header(string? proxies, HttpStatusCode ofAnother)
    {
        await using LiveServer server = await StartAsync(proxies);
        for (int i = 0; i < 10; i++)
        {
            (await SendAsync(server, HttpMethod.Get, "/models", new("Bearer", $"wrong-{i}"), "203.0.113.5")).Dispose();
        }
        using HttpResponseMessage same = await SendAsync(server, HttpMethod.Get, "/models", Wrong, "203.0.113.5");
        using HttpResponseMessage another = await SendAsync(server, HttpMethod.Get, "/models", Wrong, "203.0.113.6");
        Assert.Equal((HttpStatusCode.TooManyRequests, ofAnother), (same.StatusCode, another.StatusCode));
    }

    private static AuthenticationHeaderValue Wrong => new("Bearer", "wrong");

    private Task<LiveServer> StartAsync(string? proxies) => LiveServer.StartAsync(_folder["data"], proxies is null ? [] : [("BehindProxy", proxies)]);

    private static async Task<HttpResponseMessage> SendAsync(LiveServer server, HttpMethod method, string path, AuthenticationHeaderValue credential, string? client)
    {
        using HttpClient http = new() { BaseAddress = new Uri(server.Http) };
        using HttpRequestMessage request = new(method, path) { Headers = { Authorization = credential } };
        request.Headers.Add("max-items-per-page", "1");
        request.Content = method == HttpMethod.Put ? new StringContent("{}", Encoding.UTF8, "application/json") : null;
        if (client is not null)
        {
            request.Headers.Add("X-Forwarded-For", client);
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("X-Forwarded-Host", "twins.example");
        }
        return await http.SendAsync(request, Cancelled);
    }
}
