using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Samples.Hosting;
using Gemel.Server.Hosting;
using Gemel.Server.Tests.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MQTTnet;
using MQTTnet.Protocol;

namespace Gemel.Server.Tests.Hosting;

/// <summary>The sample application, with twins beside its own paths.</summary>
public sealed class HostingTests : IAsyncLifetime
{
    private const string Model = """[{"@context":"dtmi:dtdl:context;3","@id":"dtmi:t:Pump;1","@type":"Interface","contents":[{"@type":"Property","name":"flow","schema":"double"}]}]""";
    private const string Twin = """{"$metadata":{"$model":"dtmi:t:Pump;1"}}""";

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private WebApplication _app = null!;
    private HostedGemel _gemel = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_applications_own_paths_are_its_own()
    {
        Assert.Equal((HttpStatusCode.OK, "The pump house"), await SendAsync(HttpMethod.Get, "/", isAdministrator: false));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/nothing", isAdministrator: false)).Status);
    }

    [Theory]
    [InlineData("GET", "/models")]
    [InlineData("PUT", "/digitaltwins/p")]
    [InlineData("GET", "/digitaltwins/a%2Fb")]
    [InlineData("GET", "/DIGITALTWINS/p/")]
    [InlineData("GET", "/api/v1/status")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/devices/count")]
    public async Task What_is_Gemels_or_asks_for_its_key_is_closed_to_strangers(string method, string path)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(new HttpMethod(method), path, isAdministrator: false)).Status);
    }

    [Fact]
    public async Task Twins_are_served_and_the_application_sees_them_in_its_own_process()
    {
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Post, "/models", isAdministrator: true, Model)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Put, "/digitaltwins/a%25%3Fb", isAdministrator: true, Twin)).Status);
        (HttpStatusCode status, string read) = await SendAsync(HttpMethod.Get, "/digitaltwins/a%25%3Fb", isAdministrator: true);
        Assert.Equal((HttpStatusCode.OK, "a%?b"), (status, JsonDocument.Parse(read).RootElement.GetProperty("$dtId").GetString()));
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Put, "/api/v1/devices/d1", isAdministrator: true, "{}")).Status);
        Assert.Equal((HttpStatusCode.OK, "1"), await SendAsync(HttpMethod.Get, "/devices/count", isAdministrator: true));
        Assert.Single(_app.Services.GetRequiredService<IInstance>().Catalog.Devices);
    }

    [Fact]
    public async Task A_device_sends_over_the_servers_own_listener()
    {
        await SendAsync(HttpMethod.Post, "/models", isAdministrator: true, Model);
        await SendAsync(HttpMethod.Put, "/digitaltwins/d1", isAdministrator: true, Twin);
        (_, string device) = await SendAsync(HttpMethod.Put, "/api/v1/devices/d1", isAdministrator: true, "{}");
        string secret = JsonDocument.Parse(device).RootElement.GetProperty("secret").GetString()!;
        using IMqttClient link = new MqttClientFactory().CreateMqttClient();
        IPEndPoint mqtt = _gemel.MqttAddress!;
        await link.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer(mqtt.Address.ToString(), mqtt.Port).WithCredentials("d1", secret).WithClientId("d1").Build(), Cancelled);
        MqttClientPublishResult sent = await link.PublishStringAsync("twins/d1/data", """{"flow":7.5}""", MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Cancelled);
        Assert.True(sent.IsSuccess);
        (_, string read) = await SendAsync(HttpMethod.Get, "/digitaltwins/d1", isAdministrator: true);
        Assert.Equal(7.5, JsonDocument.Parse(read).RootElement.GetProperty("flow").GetDouble());
    }

    [Fact]
    public async Task The_folder_is_free_when_the_application_has_ended()
    {
        await SendAsync(HttpMethod.Post, "/models", isAdministrator: true, Model);
        await SendAsync(HttpMethod.Put, "/digitaltwins/p1", isAdministrator: true, Twin);
        await StopAsync();
        await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/digitaltwins/p1", isAdministrator: true)).Status);
    }

    [Fact]
    public void Two_applications_do_not_share_a_folder() =>
        Assert.Throws<GemelException>(() => WebApplication.CreateSlimBuilder().AddGemel(("Data", _gemel.Data)));

    [Fact]
    public void A_setting_that_breaks_a_rule_is_named()
    {
        GemelException refused = Assert.Throws<GemelException>(() => WebApplication.CreateSlimBuilder().AddGemel(("Data", _folder["other"]), ("Mqtt", "0.0.0.0:0")));
        Assert.Contains("Mqtt", refused.Message);
        Assert.False(Directory.Exists(_folder["other"]));
    }

    [Fact]
    public void The_page_shows_what_was_tested_here()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "src", "Gemel.Server", "README.md"));
        string shown = page.Split("```csharp\n")[1].Split("```")[0];
        string sample = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "samples", "hosting", "HostedTwins.cs"));
        Assert.Contains(shown.TrimEnd(), string.Join('\n', sample.Split('\n').Select(line => line.StartsWith("        ", StringComparison.Ordinal) ? line[8..] : line)));
    }

    private async Task StartAsync()
    {
        _app = HostedTwins.Build(
            ["--Gemel:Data", _folder["data"], "--Gemel:Mqtt", "127.0.0.1:0", "--Kestrel:Endpoints:Web:Url", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None"]);
        await _app.StartAsync(Cancelled);
        _gemel = _app.Services.GetRequiredService<HostedGemel>();
        await _gemel.WaitUntilReadyAsync(Cancelled);
    }

    private async Task StopAsync()
    {
        await _app.StopAsync(Cancelled);
        await _app.DisposeAsync();
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string path, bool isAdministrator, string? json = null)
    {
        string address = _app.Urls.Single(url => new Uri(url).Port != _gemel.MqttAddress!.Port);
        using HttpRequestMessage request = new(method, new Uri($"{address}{path}"));
        request.Headers.Authorization = isAdministrator ? new AuthenticationHeaderValue("Bearer", _gemel.AdministratorKey) : null;
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _client.SendAsync(request, Cancelled);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancelled));
    }
}
