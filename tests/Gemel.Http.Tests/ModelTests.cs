using System.Net;
using System.Text.Json;

namespace Gemel.Http.Tests;

public sealed class ModelTests
{
    [Fact]
    public async Task An_upload_answers_201_with_a_bare_array_without_documents()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        JsonElement added = await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/models?api-version=2020-10-31", Samples.Models);
        Assert.Equal(JsonValueKind.Array, added.ValueKind);
        Assert.Equal(3, added.GetArrayLength());
        JsonElement pump = added.EnumerateArray().Single(m => m.GetProperty("id").GetString() == Samples.PumpModel);
        Assert.Equal("Pump", pump.GetProperty("displayName").GetProperty("en").GetString());
        Assert.Equal("Eine Pumpe", pump.GetProperty("description").GetProperty("de").GetString());
        Assert.False(pump.GetProperty("decommissioned").GetBoolean());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$", pump.GetProperty("uploadTime").GetString());
        Assert.False(pump.TryGetProperty("model", out _));
        Assert.False(added.EnumerateArray().Single(m => m.GetProperty("id").GetString() == Samples.MotorModel).TryGetProperty("displayName", out _));
    }

    [Fact]
    public async Task A_model_that_is_there_is_409_and_a_wrong_one_400_with_every_error()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        Assert.Equal(HttpStatusCode.Conflict, (await door.SendAsync(HttpMethod.Post, "/models", Samples.Models)).StatusCode);
        const string wrong = """[{"@context":"dtmi:dtdl:context;3","@id":"dtmi:example:Wrong;1","@type":"Interface","contents":[{"@type":"Property","name":"1a","schema":"double"},{"@type":"Property","name":"b","schema":"nothing"}]}]""";
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Post, "/models", wrong);
        JsonElement error = JsonDocument.Parse(await response.Content.ReadAsStringAsync(HttpDoor.Cancelled)).RootElement.GetProperty("error");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("DTDLParserError", error.GetProperty("code").GetString());
        Assert.True(error.GetProperty("details").GetArrayLength() >= 2);
        Assert.All(error.GetProperty("details").EnumerateArray(), d => Assert.True(d.TryGetProperty("position", out _)));
    }

    [Fact]
    public async Task The_document_is_given_where_asked_for()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        string path = $"/models/{Uri.EscapeDataString(Samples.PumpModel)}";
        Assert.False((await door.GetJsonAsync(path)).TryGetProperty("model", out _));
        foreach (string flag in new[] { "true", "True" })
        {
            JsonElement model = (await door.GetJsonAsync($"{path}?includeModelDefinition={flag}")).GetProperty("model");
            Assert.Equal(Samples.PumpModel, model.GetProperty("@id").GetString());
        }
        await HttpDoor.ErrorOf(await door.GetAsync($"{path}?includeModelDefinition=perhaps"), 400, "InvalidArgument", "GMW010");
        await HttpDoor.ErrorOf(await door.GetAsync("/models/dtmi:example:Nothing;1"), 404, "ModelNotFound", "GMM091");
    }

    [Fact]
    public async Task The_list_is_paged_by_links_whose_token_can_be_sent_on_its_own()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        JsonElement first = await door.GetJsonAsync("/models?api-version=2020-10-31&includeModelDefinition=True", ("max-items-per-page", "2"));
        Assert.Equal(["dtmi:example:Asset;1", "dtmi:example:Motor;1"], Ids(first));
        string link = first.GetProperty("nextLink").GetString()!;
        Assert.StartsWith($"{door.Address}models?api-version=2020-10-31&includeModelDefinition=True&continuationToken=", link);
        Assert.Equal([Samples.PumpModel], Ids(await door.GetJsonAsync(link)));
        string token = link[(link.IndexOf("continuationToken=", StringComparison.Ordinal) + 18)..];
        JsonElement second = await door.GetJsonAsync($"/models?continuationToken={token}&api-version=2020-10-31", ("max-items-per-page", "2"));
        Assert.Equal([Samples.PumpModel], Ids(second));
        Assert.False(second.TryGetProperty("nextLink", out _));
    }

    [Fact]
    public async Task Dependencies_are_what_a_model_extends_and_uses()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        Assert.Equal(["dtmi:example:Asset;1", "dtmi:example:Motor;1", Samples.PumpModel], Ids(await door.GetJsonAsync($"/models?dependenciesFor={Samples.PumpModel}")));
        Assert.Equal(["dtmi:example:Asset;1", "dtmi:example:Motor;1"], Ids(await door.GetJsonAsync($"/models?dependenciesFor={Samples.MotorModel}&dependenciesFor=dtmi:example:Asset;1")));
        await HttpDoor.ErrorOf(await door.GetAsync("/models?dependenciesFor=dtmi:example:Nothing;1"), 404, "ModelNotFound", "GMM091");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task A_page_size_that_is_none_is_refused(string rows)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await HttpDoor.ErrorOf(await door.GetAsync("/models", ("max-items-per-page", rows)), 400, "InvalidArgument", "GMW011");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("!!!")]
    [InlineData("AAAA")]
    [InlineData("Af8")]
    public async Task A_token_that_was_not_given_out_is_refused(string token)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await HttpDoor.ErrorOf(await door.GetAsync($"/models?continuationToken={token}"), 400, "BadRequest", "GMW016");
    }

    [Fact]
    public async Task A_decommissioned_model_makes_no_twins()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Patch, $"/models/{Samples.PumpModel}", """[{"op":"replace","path":"/decommissioned","value":true}]""", "application/json-patch+json");
        Assert.True((await door.GetJsonAsync($"/models/{Samples.PumpModel}")).GetProperty("decommissioned").GetBoolean());
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Put, "/digitaltwins/p1", Samples.Pump), 400, "ModelDecommissioned", "GMG032");
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""[{"op":"add","path":"/decommissioned","value":true}]""")]
    [InlineData("""[{"op":"replace","path":"/displayName","value":true}]""")]
    [InlineData("""[{"op":"replace","path":"/decommissioned","value":"yes"}]""")]
    [InlineData("""[{"op":"replace","path":"/decommissioned"}]""")]
    [InlineData("""[1]""")]
    public async Task A_model_takes_no_other_patch(string patch)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Patch, $"/models/{Samples.PumpModel}", patch), 400, "JsonPatchInvalid", "GMW022");
    }

    [Fact]
    public async Task A_model_that_another_uses_is_not_deleted()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Delete, $"/models/{Samples.MotorModel}"), 409, "ModelReferencesNotDeleted", "GMM092");
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/models/{Samples.PumpModel}");
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"/models/{Samples.MotorModel}");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Delete, $"/models/{Samples.MotorModel}"), 404, "ModelNotFound", "GMM091");
    }

    [Fact]
    public async Task A_check_answers_as_an_upload_would_and_stores_nothing()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        JsonElement check = await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/models/check", Samples.Models);
        Assert.Equal(3, check.GetProperty("value").GetArrayLength());
        Assert.Empty(Ids(await door.GetJsonAsync("/models")));
        await door.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/api/v1/models/check", """[{"@id":"x"}]""");
    }

    private static string[] Ids(JsonElement page) => [.. page.GetProperty("value").EnumerateArray().Select(m => m.GetProperty("id").GetString()!)];
}
