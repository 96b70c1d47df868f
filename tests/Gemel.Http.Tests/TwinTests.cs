using System.Net;
using System.Text.Json;

namespace Gemel.Http.Tests;

public sealed class TwinTests
{
    private static readonly string[] Versions = ["2020-10-31", "2021-06-30-preview", "2022-05-31", "2023-02-27-preview", "2023-06-30", "2023-10-31"];

    [Fact]
    public async Task Creating_a_twin_answers_200_with_the_twin_and_its_etag()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Put, "/digitaltwins/p1?api-version=2023-10-31", Samples.Pump);
        JsonElement twin = await HttpDoor.JsonOf(response);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("p1", twin.GetProperty("$dtId").GetString());
        Assert.Equal(response.Headers.ETag!.ToString(), twin.GetProperty("$etag").GetString());
        Assert.True(response.Headers.ETag.IsWeak);
        Assert.Equal("Feed pump", twin.GetProperty("name").GetString());
        Assert.Equal(1480, twin.GetProperty("motor").GetProperty("speed").GetDouble());
        Assert.Equal(Samples.PumpModel, twin.GetProperty("$metadata").GetProperty("$model").GetString());
        Assert.Equal("key:admin", door.Instance.InMemoryTwins.LastActor.Name);
        Assert.Equal("http", door.Instance.InMemoryTwins.LastActor.Origin);
    }

    [Fact]
    public async Task Reading_a_twin_announces_its_length_and_type()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        using HttpResponseMessage response = await door.GetAsync("/digitaltwins/p1");
        byte[] body = await response.Content.ReadAsByteArrayAsync(HttpDoor.Cancelled);
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.NotNull(response.Headers.ETag);
    }

    [Fact]
    public async Task Every_version_of_the_interface_and_none_is_answered_and_the_first_ones_without_update_times()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        Assert.True((await door.GetJsonAsync("/digitaltwins/p1")).GetProperty("$metadata").TryGetProperty("$lastUpdateTime", out _));
        foreach (string version in Versions)
        {
            JsonElement twin = await door.GetJsonAsync($"/digitaltwins/p1?api-version={version}");
            bool expected = string.CompareOrdinal(version, "2022-05-31") >= 0;
            Assert.Equal(expected, twin.GetProperty("$metadata").TryGetProperty("$lastUpdateTime", out _));
            JsonElement component = await door.GetJsonAsync($"/digitaltwins/p1/components/motor?api-version={version}&other=1");
            Assert.Equal(expected, component.GetProperty("$metadata").TryGetProperty("$lastUpdateTime", out _));
        }
    }

    [Theory]
    [InlineData("/digitaltwins/p1?api-version=2019-01-01")]
    [InlineData("/digitaltwins/p1?api-version=")]
    [InlineData("/models?api-version=latest")]
    [InlineData("/digitaltwins/p1/relationships?api-version=2023-10-31-preview")]
    public async Task A_version_that_is_unknown_is_refused(string path)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        await HttpDoor.ErrorOf(await door.GetAsync(path), 400, "UnsupportedApiVersionValue", "GMW005");
    }

    [Fact]
    public async Task A_twin_that_is_not_there_is_404()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        await HttpDoor.ErrorOf(await door.GetAsync("/digitaltwins/nobody"), 404, "DigitalTwinNotFound", "GMG010");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Delete, "/digitaltwins/nobody"), 404, "DigitalTwinNotFound", "GMG010");
        await HttpDoor.ErrorOf(await door.GetAsync("/digitaltwins/nobody/components/motor"), 404, "DigitalTwinNotFound", "GMG010");
        await HttpDoor.ErrorOf(await door.GetAsync("/api/v1/digitaltwins/nobody/state"), 404, "DigitalTwinNotFound", "GMG010");
    }

    [Theory]
    [InlineData("application/json-patch+json")]
    [InlineData("application/json")]
    [InlineData("application/json-patch+json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    [InlineData("APPLICATION/JSON")]
    public async Task A_patch_is_taken_in_each_of_its_content_types(string contentType)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Patch, "/digitaltwins/p1", """[{"op":"replace","path":"/level","value":4}]""", contentType);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        JsonElement twin = await door.GetJsonAsync("/digitaltwins/p1");
        Assert.Equal(4, twin.GetProperty("level").GetInt32());
        Assert.Equal(twin.GetProperty("$etag").GetString(), response.Headers.ETag!.ToString());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/xml")]
    [InlineData("nonsense")]
    public async Task Another_content_type_is_415(string contentType)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Patch, "/digitaltwins/p1", "[]", contentType), 415, "UnsupportedMediaType", "GMW007");
    }

    [Fact]
    public async Task Conditions_are_kept()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        string etag = (await door.GetJsonAsync("/digitaltwins/p1")).GetProperty("$etag").GetString()!;
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Put, "/digitaltwins/p1", Samples.Pump, headers: ("If-None-Match", "*")), 412, "PreconditionFailed", "GMG021");
        const string patch = """[{"op":"replace","path":"/level","value":4}]""";
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Patch, "/digitaltwins/p1", patch, headers: ("If-Match", "W/\"other\"")), 412, "PreconditionFailed", "GMG020");
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Patch, "/digitaltwins/p1", patch, headers: ("If-Match", $"W/\"other\", {etag}"));
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Delete, "/digitaltwins/p1", headers: ("If-Match", etag)), 412, "PreconditionFailed", "GMG020");
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/digitaltwins/p1", headers: ("If-Match", "*"));
    }

    [Fact]
    public async Task All_errors_of_a_body_are_told_at_once()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Put, "/digitaltwins/p1", """{"$metadata":{"$model":"dtmi:example:Pump;1"},"level":"high","colour":1,"motor":{}}""");
        string text = await response.Content.ReadAsStringAsync(HttpDoor.Cancelled);
        JsonElement error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("ValidationFailed", error.GetProperty("code").GetString());
        Assert.Equal(2, error.GetProperty("details").GetArrayLength());
        Assert.All(error.GetProperty("details").EnumerateArray(), d => Assert.True(d.TryGetProperty("target", out _)));
    }

    [Fact]
    public async Task A_patch_to_a_missing_path_names_it()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Patch, "/digitaltwins/p1", """[{"op":"remove","path":"/nothing"}]""");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("/nothing", await response.Content.ReadAsStringAsync(HttpDoor.Cancelled));
    }

    [Fact]
    public async Task A_component_is_read_and_patched_with_paths_of_its_own()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        using HttpResponseMessage patched = await door.SendAsync(HttpMethod.Patch, "/digitaltwins/p1/components/motor", """[{"op":"replace","path":"/speed","value":1500}]""");
        Assert.Equal(HttpStatusCode.NoContent, patched.StatusCode);
        using HttpResponseMessage response = await door.GetAsync("/digitaltwins/p1/components/motor");
        Assert.Equal(1500, (await HttpDoor.JsonOf(response)).GetProperty("speed").GetDouble());
        Assert.Equal(patched.Headers.ETag, response.Headers.ETag);
        await HttpDoor.ErrorOf(await door.GetAsync("/digitaltwins/p1/components/gearbox"), 404, "ComponentNotFound", "GMG011");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Patch, "/digitaltwins/p1/components/gearbox", "[]"), 404, "ComponentNotFound", "GMG011");
    }

    [Fact]
    public async Task A_twin_with_relationships_is_not_deleted()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1", "p2");
        await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, "/digitaltwins/p1/relationships/r1", Samples.Feeds);
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Delete, "/digitaltwins/p2"), 400, "RelationshipsNotDeleted", "GMG064");
    }

    [Fact]
    public async Task The_list_of_twins_is_paged_and_filtered()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("a1", "a2", "a3", "b1");
        List<string> seen = [];
        string? link = "/api/v1/digitaltwins?prefix=a&model=dtmi:example:Asset;1";
        int pages = 0;
        while (link is not null)
        {
            JsonElement page = await door.GetJsonAsync(link, ("max-items-per-page", "2"));
            seen.AddRange(page.GetProperty("value").EnumerateArray().Select(t => t.GetProperty("$dtId").GetString()!));
            link = page.TryGetProperty("nextLink", out JsonElement next) ? next.GetString() : null;
            Assert.True(link is null || link.StartsWith(door.Address.ToString(), StringComparison.Ordinal));
            pages++;
        }
        Assert.Equal(["a1", "a2", "a3"], seen);
        Assert.Equal(2, pages);
        Assert.Empty((await door.GetJsonAsync("/api/v1/digitaltwins?model=dtmi:example:Motor;1")).GetProperty("value").EnumerateArray());
    }

    [Fact]
    public async Task The_state_shows_telemetry_too()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/digitaltwins/p1/telemetry", """{"flow":12.5}""", headers: ("Message-Id", "m1"));
        using HttpResponseMessage response = await door.GetAsync("/api/v1/digitaltwins/p1/state");
        string text = await response.Content.ReadAsStringAsync(HttpDoor.Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("12.5", text);
        Assert.DoesNotContain("12.5", await (await door.GetAsync("/digitaltwins/p1")).Content.ReadAsStringAsync(HttpDoor.Cancelled));
    }
}
