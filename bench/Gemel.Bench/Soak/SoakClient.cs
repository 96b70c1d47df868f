using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Gemel.Bench.Soak;

/// <summary>What the soak asks a server over HTTP.</summary>
internal sealed class SoakClient : IDisposable
{
    public const string Prefix = "counter-";

    private const string Model = """{"@context":"dtmi:dtdl:context;3","@id":"dtmi:gemel:soak:Counter;1","@type":"Interface","contents":[{"@type":"Property","name":"count","schema":"long"}]}""";
    private const string Twin = """{"$metadata":{"$model":"dtmi:gemel:soak:Counter;1"}}""";
    private const int MostPoints = 100_000;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _http;

    public SoakClient(Uri server, string key)
    {
        _http = new HttpClient { BaseAddress = server };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public HttpClient Http => _http;

    /// <summary>Waits until the server takes work; it may not listen yet.</summary>
    public async Task WaitUntilReadyAsync(Func<bool> isAlive, CancellationToken cancellationToken)
    {
        using PeriodicTimer look = new(Look, TimeProvider.System);
        while (isAlive())
        {
            try
            {
                using HttpResponseMessage answer = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await look.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
        throw new BenchException("The server ended before it was ready.");
    }

    /// <summary>Adds the model of counters.</summary>
    public Task AddModelAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, "/models", $"[{Model}]", cancellationToken);

    /// <summary>Adds a counter and its device.</summary>
    /// <returns>The device's secret.</returns>
    public async Task<string> AddCounterAsync(string twin, CancellationToken cancellationToken)
    {
        await SendAsync(HttpMethod.Put, $"/digitaltwins/{twin}", Twin, cancellationToken).ConfigureAwait(false);
        string answer = await SendAsync(HttpMethod.Put, $"/api/v1/devices/{twin}", "{}", cancellationToken).ConfigureAwait(false);
        using JsonDocument device = JsonDocument.Parse(answer);
        return device.RootElement.GetProperty("secret").GetString()!;
    }

    /// <summary>A counter's values in history since a time, in the order of time.</summary>
    public async Task<IReadOnlyList<int>> HistoryAsync(string twin, DateTimeOffset from, CancellationToken cancellationToken)
    {
        List<int> values = [];
        string? next = string.Create(CultureInfo.InvariantCulture, $"/api/v1/digitaltwins/{twin}/history?paths=count&from={from.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ}&limit={MostPoints}");
        while (next is not null)
        {
            using JsonDocument page = JsonDocument.Parse(await _http.GetStringAsync(next, cancellationToken).ConfigureAwait(false));
            values.AddRange(page.RootElement.GetProperty("series").EnumerateArray().SelectMany(s => s.GetProperty("points").EnumerateArray()).Select(p => p.GetProperty("v").GetInt32()));
            next = page.RootElement.TryGetProperty("nextLink", out JsonElement link) ? link.GetString() : null;
        }
        return values;
    }

    /// <summary>A counter's present value; null where it has none.</summary>
    public async Task<int?> PresentAsync(string twin, CancellationToken cancellationToken)
    {
        using JsonDocument state = JsonDocument.Parse(await _http.GetStringAsync($"/digitaltwins/{twin}", cancellationToken).ConfigureAwait(false));
        return state.RootElement.TryGetProperty("count", out JsonElement count) ? count.GetInt32() : null;
    }

    public async Task<MetricsText> MetricsAsync(CancellationToken cancellationToken) =>
        new(await _http.GetStringAsync("/metrics", cancellationToken).ConfigureAwait(false));

    public void Dispose() => _http.Dispose();

    private async Task<string> SendAsync(HttpMethod method, string path, string body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        string text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? text : throw new BenchException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }
}
