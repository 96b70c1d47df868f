using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gemel.Bench.Fleet;
using Gemel.Bench.Load;

namespace Gemel.Bench.Servers;

/// <summary>Gemel's HTTP interface, as far as the benchmark needs it.</summary>
internal sealed class GemelClient : IDisposable
{
    private const int RequestsAtOnce = 64;
    private const string Json = "application/json";

    private readonly HttpClient _http;

    public GemelClient(Uri server, string key)
    {
        _http = new HttpClient { BaseAddress = server };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Waits until the server takes work, uploads the model and creates all meters.</summary>
    public async Task ProvisionAsync(CancellationToken cancellationToken)
    {
        await WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
        await SendAsync(HttpMethod.Post, "/models", Meters.Model, Json, cancellationToken).ConfigureAwait(false);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = cancellationToken };
        string twin = JsonSerializer.Serialize(new Dictionary<string, object> { ["$metadata"] = new Dictionary<string, string> { ["$model"] = Meters.ModelId } });
        await Parallel.ForAsync(0, Meters.Count, parallel, async (meter, cancelled) =>
            await SendAsync(HttpMethod.Put, $"/digitaltwins/{Meters.Id(meter)}", twin, Json, cancelled).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Stores the mapping and creates the gateway, bound to all meters.</summary>
    public async Task<Account> ProvisionGatewayAsync(CancellationToken cancellationToken)
    {
        await SendAsync(HttpMethod.Put, $"/api/v1/mappings/{Meters.MappingName}", Meters.Mapping, "application/yaml", cancellationToken).ConfigureAwait(false);
        string settings = JsonSerializer.Serialize(new { twins = Enumerable.Range(0, Meters.Count).Select(Meters.Id), mapping = Meters.MappingName });
        string answer = await SendAsync(HttpMethod.Put, $"/api/v1/devices/{Meters.GatewayId}", settings, Json, cancellationToken).ConfigureAwait(false);
        using JsonDocument device = JsonDocument.Parse(answer);
        return new Account(Meters.GatewayId, device.RootElement.GetProperty("secret").GetString()!);
    }

    public async Task<ServerFigures> ReadFiguresAsync(CancellationToken cancellationToken) =>
        ServerFigures.Parse(await _http.GetStringAsync("/metrics", cancellationToken).ConfigureAwait(false));

    public Task<byte[]> ReadTwinAsync(int meter, CancellationToken cancellationToken) => _http.GetByteArrayAsync($"/digitaltwins/{Meters.Id(meter)}", cancellationToken);

    /// <summary>A property as the twin's JSON writes it; null where it has no value.</summary>
    public async Task<string?> ReadPropertyAsync(int meter, string path, CancellationToken cancellationToken)
    {
        using JsonDocument twin = JsonDocument.Parse(await ReadTwinAsync(meter, cancellationToken).ConfigureAwait(false));
        return twin.RootElement.TryGetProperty(path, out JsonElement value) ? value.GetRawText() : null;
    }

    /// <summary>Samples of a property in history, over all time.</summary>
    public async Task<long> CountSamplesAsync(int meter, string path, CancellationToken cancellationToken)
    {
        string address = $"/api/v1/digitaltwins/{Meters.Id(meter)}/history?paths={path}&every=P1D&functions=count";
        using JsonDocument history = JsonDocument.Parse(await _http.GetStringAsync(address, cancellationToken).ConfigureAwait(false));
        return history.RootElement.GetProperty("series").EnumerateArray()
            .SelectMany(series => series.GetProperty("points").EnumerateArray())
            .Sum(bucket => bucket.GetProperty("count").GetInt64());
    }

    public void Dispose() => _http.Dispose();

    /// <summary>One page of a query.</summary>
    /// <returns>Where the next page goes on; null after the last.</returns>
    public async Task<string?> QueryAsync(string text, string? continuation, CancellationToken cancellationToken)
    {
        string body = continuation is null ? JsonSerializer.Serialize(new { query = text }) : JsonSerializer.Serialize(new { continuationToken = continuation });
        using JsonDocument page = JsonDocument.Parse(await SendAsync(HttpMethod.Post, "/query", body, Json, cancellationToken).ConfigureAwait(false));
        return page.RootElement.TryGetProperty("continuationToken", out JsonElement next) ? next.GetString() : null;
    }

    /// <summary>Creates a device bound to twins.</summary>
    public async Task<Account> AddDeviceAsync(string id, IEnumerable<string> twins, CancellationToken cancellationToken)
    {
        string answer = await SendAsync(HttpMethod.Put, $"/api/v1/devices/{id}", JsonSerializer.Serialize(new { twins }), Json, cancellationToken).ConfigureAwait(false);
        using JsonDocument device = JsonDocument.Parse(answer);
        return new Account(id, device.RootElement.GetProperty("secret").GetString()!);
    }

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (true)
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }
            await look.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string> SendAsync(HttpMethod method, string path, string body, string type, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        using HttpResponseMessage answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        string text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? text : throw new BenchException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }
}
