using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Gemel.EndToEnd.Clients;

/// <summary>HTTP requests as a program outside would send them.</summary>
internal sealed class GemelClient : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="key">The bearer; null sends no credential.</param>
    public GemelClient(Uri server, string? key)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server, Timeout = TimeSpan.FromMinutes(2) };
        _http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, body: null, headers);

    public Task<Answer> PutAsync(string path, string? json, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Put, path, json, headers);

    public Task<Answer> PostAsync(string path, string? json, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, json, headers);

    public Task<Answer> PatchAsync(string path, string json, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Patch, path, json, headers);

    public Task<Answer> DeleteAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Delete, path, body: null, headers);

    public Task<Answer> SendAsync(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, body is null ? null : new StringContent(body, Encoding.UTF8, method == HttpMethod.Patch ? "application/json-patch+json" : "application/json"), headers);

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = Request(method, path, content, headers);
        return await Answer.ReadAsync(await _http.SendAsync(request, Cancelled), Cancelled);
    }

    /// <summary>An answer whose body is read while it comes.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellationToken, params (string Name, string Value)[] headers) =>
        _http.SendAsync(Request(HttpMethod.Get, path, content: null, headers), HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <summary>Whether recovery is over; else what was answered.</summary>
    public async Task<(bool IsReady, string Answer)> IsReadyAsync()
    {
        try
        {
            Answer answer = await GetAsync("health/ready");
            return (answer.Status == HttpStatusCode.OK, answer.Text);
        }
        catch (HttpRequestException refused)
        {
            return (false, refused.Message);
        }
    }

    public async Task AddModelsAsync(string documents) => (await PostAsync("models", documents)).Expect(HttpStatusCode.Created);

    /// <summary>Creates a twin without values.</summary>
    /// <param name="members">Further members of the body: <c>"motor":{}</c>.</param>
    public async Task AddTwinAsync(string id, string model, string? members = null)
    {
        string body = $$$"""{"$metadata":{"$model":"{{{model}}}"}{{{(members is null ? "" : "," + members)}}}}""";
        (await PutAsync($"digitaltwins/{Uri.EscapeDataString(id)}", body)).Expect(HttpStatusCode.OK);
    }

    /// <summary>Creates a pump of the test models, and a device of its name bound to it.</summary>
    /// <returns>The device's secret.</returns>
    public async Task<string> AddPumpAsync(string id)
    {
        await AddTwinAsync(id, Hosting.TestModels.Pump, "\"motor\":{\"$metadata\":{}}");
        return await AddDeviceAsync(id);
    }

    /// <returns>The device's secret.</returns>
    /// <param name="settings">The body; absent binds the twin of the same id.</param>
    public async Task<string> AddDeviceAsync(string id, string settings = "{}")
    {
        Answer answer = (await PutAsync($"api/v1/devices/{Uri.EscapeDataString(id)}", settings)).Expect(HttpStatusCode.Created);
        return answer.Json.GetProperty("secret").GetString()!;
    }

    /// <summary>The full present state of a twin.</summary>
    public async Task<JsonElement> StateAsync(string id) => (await GetAsync($"api/v1/digitaltwins/{Uri.EscapeDataString(id)}/state")).Expect(HttpStatusCode.OK).Json;

    /// <summary>All answers of a list, page by page.</summary>
    public async IAsyncEnumerable<JsonElement> PagesAsync(string path)
    {
        string? next = path;
        while (next is not null)
        {
            JsonElement page = (await GetAsync(next)).Expect(HttpStatusCode.OK).Json;
            yield return page;
            next = page.TryGetProperty("nextLink", out JsonElement link) ? link.GetString() : null;
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(method, new Uri(path, UriKind.RelativeOrAbsolute)) { Content = content };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }
}
