using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gemel.Cluster;

namespace Gemel.Http.Tests;

public sealed class AccessTests
{
    [Theory]
    [InlineData("/models")]
    [InlineData("/digitaltwins/p1")]
    [InlineData("/api/v1/devices")]
    [InlineData("/api/v1/status")]
    [InlineData("/api/v1/streams/changes")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/eventroutes")]
    [InlineData("/nothing/here")]
    [InlineData("/health/other")]
    [InlineData("/docs/../models")]
    [InlineData("/docs/%2E%2E/models")]
    public async Task Without_a_credential_everything_is_401(string path)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        string answer = await door.SendRawAsync($"GET {path} HTTP/1.1\r\nHost: gemel\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 401", answer);
        Assert.Contains("WWW-Authenticate: Bearer realm=\"gemel\"", answer);
        Assert.Contains("x-ms-error-code: Unauthorized", answer);
        Assert.Contains("GMW001", answer);
    }

    [Theory]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/health/ready", HttpStatusCode.OK)]
    [InlineData("/docs/", HttpStatusCode.OK)]
    [InlineData("/docs/scalar.js", HttpStatusCode.OK)]
    [InlineData("/docs/openapi/v1.json", HttpStatusCode.OK)]
    [InlineData("/", HttpStatusCode.Redirect)]
    public async Task Health_and_the_page_need_none(string path, HttpStatusCode expected)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        using HttpClient client = door.NewClient();
        using HttpResponseMessage response = await client.GetAsync(path, HttpDoor.Cancelled);
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("Bearer the-administrators-key-and-more")]
    [InlineData("Basic YWRtaW46dGhlLWFkbWluaXN0cmF0b3JzLWtleQ==")]
    [InlineData("Digest x")]
    [InlineData("the-administrators-key")]
    public async Task A_wrong_credential_is_401(string header)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        using HttpClient client = door.NewClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        using HttpResponseMessage response = await client.GetAsync("/models", HttpDoor.Cancelled);
        await HttpDoor.ErrorOf(response, 401, "Unauthorized", "GMW001");
    }

    [Fact]
    public async Task A_credential_of_20000_characters_is_refused()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        using HttpClient client = door.NewClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + new string('x', 20_000));
        using HttpResponseMessage response = await client.GetAsync("/models", HttpDoor.Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_lesser_right_is_403()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        using HttpClient client = door.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "a-devices-key");
        using HttpResponseMessage response = await client.GetAsync("/models", HttpDoor.Cancelled);
        JsonElement error = await HttpDoor.ErrorOf(response, 403, "Forbidden", "GMW002");
        Assert.Contains("device:d1", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_device_sends_its_own_data_with_its_secret_and_nothing_else()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        string secret = await Register(door, "d:1");
        await Register(door, "d2");
        using HttpClient client = door.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"d:1:{secret}")));
        using HttpResponseMessage own = await client.PostAsync("/api/v1/devices/d%3A1/data", Json("""{"flow":1}"""), HttpDoor.Cancelled);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal("device:d:1", door.Instance.InMemoryIngest.LastIdentity!.Name);
        using HttpResponseMessage other = await client.PostAsync("/api/v1/devices/d2/data", Json("{}"), HttpDoor.Cancelled);
        await HttpDoor.ErrorOf(other, 403, "Forbidden", "GMW002");
        using HttpResponseMessage elsewhere = await client.GetAsync("/api/v1/devices/d%3A1", HttpDoor.Cancelled);
        await HttpDoor.ErrorOf(elsewhere, 403, "Forbidden", "GMW002");
    }

    [Theory]
    [InlineData("ZDE6d3Jvbmc=")]
    [InlineData("not base64")]
    [InlineData("ZDE=")]
    [InlineData("")]
    public async Task A_wrong_device_credential_names_both_ways_in(string credential)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await Register(door, "d1");
        using HttpClient client = door.NewClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Basic {credential}");
        using HttpResponseMessage response = await client.PostAsync("/api/v1/devices/d1/data", Json("{}"), HttpDoor.Cancelled);
        await HttpDoor.ErrorOf(response, 401, "Unauthorized", "GMW001");
        Assert.Equal(["Bearer", "Basic"], response.Headers.WwwAuthenticate.Select(w => w.Scheme));
    }

    [Fact]
    public async Task A_key_is_checked_once_until_the_catalog_changes()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        for (int i = 0; i < 5; i++)
        {
            await door.GetJsonAsync("/models");
        }
        Assert.Equal(1, door.Instance.InMemoryDevices.BearerChecks);
        door.Instance.Catalog = door.Instance.Catalog with { Commit = 2 };
        await door.GetJsonAsync("/models");
        Assert.Equal(2, door.Instance.InMemoryDevices.BearerChecks);
    }

    [Fact]
    public async Task While_starting_all_but_health_is_503_with_progress()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.Status = new InstanceStatus(InstancePhase.Starting, 0.25, null, []);
        using HttpResponseMessage models = await door.GetAsync("/models");
        JsonElement error = await HttpDoor.ErrorOf(models, 503, "ServiceUnavailable", "GMW014");
        Assert.Contains("25", error.GetProperty("message").GetString());
        Assert.NotNull(models.Headers.RetryAfter);
        using HttpResponseMessage ready = await door.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        JsonElement progress = JsonDocument.Parse(await ready.Content.ReadAsStringAsync(HttpDoor.Cancelled)).RootElement;
        Assert.Equal(0.25, progress.GetProperty("progress").GetDouble());
        Assert.Equal(HttpStatusCode.OK, (await door.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task Read_only_is_ready_and_says_why()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.Status = new InstanceStatus(InstancePhase.ReadOnly, 1, "the disk is full", []);
        JsonElement ready = await door.GetJsonAsync("/health/ready");
        Assert.Equal("readOnly", ready.GetProperty("status").GetString());
        Assert.Equal("the disk is full", ready.GetProperty("reason").GetString());
        Assert.Equal("the disk is full", (await door.GetJsonAsync("/api/v1/status")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_follower_that_fails_is_named_by_health_and_explained_by_the_status()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.Status = new InstanceStatus(
            InstancePhase.Ready, 1, null, [new FollowerStatus("history", 7, 3, "the disk is full"), new FollowerStatus("checkpoint", 10, 0, Failure: null)]);
        JsonElement ready = await door.GetJsonAsync("/health/ready");
        Assert.Equal("ready", ready.GetProperty("status").GetString());
        Assert.Equal(["history"], ready.GetProperty("failing").EnumerateArray().Select(name => name.GetString()));
        Assert.DoesNotContain("disk", ready.GetRawText());
        JsonElement followers = (await door.GetJsonAsync("/api/v1/status")).GetProperty("followers");
        Assert.Equal("the disk is full", followers[0].GetProperty("failure").GetString());
        Assert.False(followers[1].TryGetProperty("failure", out _));
    }

    [Fact]
    public async Task Stopping_is_503()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.Status = new InstanceStatus(InstancePhase.Stopping, 1, null, []);
        await HttpDoor.ErrorOf(await door.GetAsync("/models"), 503, "ServiceUnavailable", "GMW014");
    }

    private static async Task<string> Register(HttpDoor door, string id)
    {
        JsonElement answer = await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, $"/api/v1/devices/{Uri.EscapeDataString(id)}");
        return answer.GetProperty("secret").GetString()!;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
