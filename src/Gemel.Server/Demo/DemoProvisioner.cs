using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gemel.Server.Demo;

/// <summary>Puts a plant's models, twins, relationships and devices onto a server over HTTP; what is there already stays.</summary>
/// <param name="http">With the server's address and the administrator's key.</param>
internal sealed class DemoProvisioner(HttpClient http)
{
    private const string ApiVersion = "api-version=2023-10-31";

    /// <summary>A client of a server.</summary>
    /// <param name="key">The administrator's.</param>
    public static HttpClient ClientOf(Uri server, string key) => new()
    {
        BaseAddress = server,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    /// <summary>Provisions the plant, with a device for each of the twins named.</summary>
    /// <returns>The secret of each device.</returns>
    /// <exception cref="GemelException">GMX001, the server refused a request.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ProvisionAsync(
        SamplePlant plant, IEnumerable<string> devices, CancellationToken cancellationToken)
    {
        await AddModelsAsync(plant.Models, cancellationToken).ConfigureAwait(false);
        foreach (JsonElement twin in plant.Twins)
        {
            await PutOnceAsync($"digitaltwins/{Escape(twin, "$dtId")}?{ApiVersion}", twin, cancellationToken).ConfigureAwait(false);
        }
        foreach (JsonElement relationship in plant.Relationships)
        {
            string path = $"digitaltwins/{Escape(relationship, "$dtId")}/relationships/{Escape(relationship, "$relationshipId")}?{ApiVersion}";
            await PutOnceAsync(path, WithoutSource(relationship), cancellationToken).ConfigureAwait(false);
        }
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string device in devices)
        {
            secrets[device] = await SecretOfAsync(device, cancellationToken).ConfigureAwait(false);
        }
        return secrets;
    }

    private async Task AddModelsAsync(IReadOnlyList<JsonElement> models, CancellationToken cancellationToken)
    {
        HashSet<string> known = await KnownModelsAsync(cancellationToken).ConfigureAwait(false);
        JsonElement[] missing = [.. models.Where(model => !known.Contains(model.GetProperty("@id").GetString()!))];
        if (missing.Length > 0)
        {
            await SendAsync(HttpMethod.Post, $"models?{ApiVersion}", missing, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HashSet<string>> KnownModelsAsync(CancellationToken cancellationToken)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        string? next = $"models?{ApiVersion}";
        while (next is not null)
        {
            JsonElement page = await SendAsync(HttpMethod.Get, next, body: null, cancellationToken).ConfigureAwait(false);
            known.UnionWith(page.GetProperty("value").EnumerateArray().Select(model => model.GetProperty("id").GetString()!));
            next = page.TryGetProperty("nextLink", out JsonElement link) ? link.GetString() : null;
        }
        return known;
    }

    private async Task PutOnceAsync(string path, JsonElement body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Request(HttpMethod.Put, path, body);
        request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.PreconditionFailed)
        {
            await ReadAsync(request, response, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Creates the device, or gives one that is there a new secret: the old one is known to nobody any more.</summary>
    private async Task<string> SecretOfAsync(string device, CancellationToken cancellationToken)
    {
        string path = $"api/v1/devices/{Uri.EscapeDataString(device)}";
        JsonElement answer = await SendAsync(HttpMethod.Put, path, new { twins = new[] { device } }, cancellationToken).ConfigureAwait(false);
        if (!answer.TryGetProperty("secret", out JsonElement secret))
        {
            answer = await SendAsync(HttpMethod.Post, $"{path}/secret", body: null, cancellationToken).ConfigureAwait(false);
            secret = answer.GetProperty("secret");
        }
        return secret.GetString()!;
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Request(method, path, body);
        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(request, response, cancellationToken).ConfigureAwait(false);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, object? body) => new(method, path)
    {
        Content = body is null ? null : new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
    };

    private static async Task<JsonElement> ReadAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new GemelException(ServerErrors.RequestFailed.With(
                request.Method, request.RequestUri?.PathAndQuery, (int)response.StatusCode, text.Length == 0 ? response.ReasonPhrase : text));
        }
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static JsonElement WithoutSource(JsonElement relationship)
    {
        JsonObject body = JsonObject.Create(relationship)!;
        body.Remove("$dtId");
        return JsonSerializer.SerializeToElement(body);
    }

    private static string Escape(JsonElement element, string name) => Uri.EscapeDataString(element.GetProperty(name).GetString()!);
}
