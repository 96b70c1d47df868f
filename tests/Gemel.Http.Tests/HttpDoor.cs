using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gemel.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gemel.Http.Tests;

/// <summary>The door on a real web server at a free port of 127.0.0.1, before an instance in memory.</summary>
internal sealed class HttpDoor : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpDoor(WebApplication app, InMemoryInstance instance, SignallingClock clock)
    {
        (_app, Instance, Clock) = (app, instance, clock);
        Address = new Uri(app.Urls.First());
        Client = NewClient();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", InMemoryInstance.AdminKey);
    }

    public InMemoryInstance Instance { get; }

    public SignallingClock Clock { get; }

    public Uri Address { get; }

    /// <summary>Everything that is mapped.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>Sends the administrator's key.</summary>
    public HttpClient Client { get; }

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<HttpDoor> OpenAsync(Action<GemelHttpOptions>? configure = null)
    {
        InMemoryInstance instance = new();
        SignallingClock clock = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseGemelErrors()));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IInstance>(instance);
        builder.Services.AddGemelHttp(configure);
        WebApplication app = builder.Build();
        app.UseGemelHttp();
        app.MapGemelHttp();
        await app.StartAsync(Cancelled);
        return new HttpDoor(app, instance, clock);
    }

    /// <summary>With the example models, and twins where asked.</summary>
    public static async Task<HttpDoor> WithModelsAsync(params string[] pumps)
    {
        HttpDoor door = await OpenAsync();
        await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/models", Samples.Models);
        foreach (string id in pumps)
        {
            await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"/digitaltwins/{Uri.EscapeDataString(id)}", Samples.Pump);
        }
        return door;
    }

    /// <summary>A client without credential that follows no redirects.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, headers: headers);

    public async Task<JsonElement> GetJsonAsync(string path, params (string Name, string Value)[] headers) => await JsonOf(await GetAsync(path, headers));

    public async Task<JsonElement> ExpectAsync(HttpStatusCode status, HttpMethod method, string path, string? body = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await SendAsync(method, path, body, contentType, headers);
        string text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.StatusCode == status, $"{method} {path} answered {(int)response.StatusCode}, not {(int)status}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Expects an error of the one shape, and gives its member <c>error</c>.</summary>
    public static async Task<JsonElement> ErrorOf(HttpResponseMessage response, int status, string azureCode, string code)
    {
        string text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True((int)response.StatusCode == status, $"Answered {(int)response.StatusCode}, not {status}: {text}");
        JsonElement error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal(azureCode, error.GetProperty("code").GetString());
        Assert.Equal(azureCode, response.Headers.GetValues("x-ms-error-code").Single());
        Assert.Equal(code, error.GetProperty("innererror").GetProperty("code").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEqual(0, error.GetProperty("details").GetArrayLength());
        Assert.StartsWith("application/json", response.Content.Headers.ContentType!.ToString());
        return error;
    }

    public static async Task<JsonElement> JsonOf(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Sends bytes as they are and reads the whole answer; for what no client library would send.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        using TcpClient socket = new();
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port, Cancelled);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), Cancelled);
        using StreamReader reader = new(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
