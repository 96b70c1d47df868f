using System.Net;
using System.Text;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Graph;

namespace Gemel.Http.Tests;

public sealed class MappingTests
{
    private const string Yaml = "name: plc\nrules:\n  - tag: FT101\n";

    [Fact]
    public async Task A_mapping_comes_back_as_it_was_given()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, "/api/v1/mappings/plc", Yaml, "application/yaml");
        using HttpResponseMessage yaml = await door.GetAsync("/api/v1/mappings/plc");
        Assert.Equal(Yaml, await yaml.Content.ReadAsStringAsync(HttpDoor.Cancelled));
        Assert.Equal("application/yaml", yaml.Content.Headers.ContentType!.MediaType);
        await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, "/api/v1/mappings/plc", """ {"name":"plc"}""");
        using HttpResponseMessage json = await door.GetAsync("/api/v1/mappings/plc");
        Assert.Equal("application/json", json.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Mappings_are_listed_and_deleted()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        foreach (string name in new[] { "a", "b", "test" })
        {
            await door.ExpectAsync(HttpStatusCode.Created, HttpMethod.Put, $"/api/v1/mappings/{name}", Yaml, "text/yaml");
        }
        JsonElement first = await door.GetJsonAsync("/api/v1/mappings", ("max-items-per-page", "2"));
        Assert.Equal(["a", "b"], first.GetProperty("value").EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        Assert.Equal("test", (await door.GetJsonAsync(first.GetProperty("nextLink").GetString()!)).GetProperty("value")[0].GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.OK, (await door.GetAsync("/api/v1/mappings/test")).StatusCode);
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/mappings/a");
        await HttpDoor.ErrorOf(await door.GetAsync("/api/v1/mappings/a"), 404, "MappingNotFound", "GMW021");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Delete, "/api/v1/mappings/a"), 404, "MappingNotFound", "GMW021");
    }

    [Fact]
    public async Task A_trial_shows_each_value()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.InMemoryMappings.TrialAnswer =
        [
            new MappedValue("FT101", "p1", "flow", "3.2", "litrePerSecond", InMemoryTwins.Start, Quality.Good, null),
            new MappedValue("XX", null, null, null, null, Timestamp.None, Quality.Bad, GraphErrors.TwinNotFound.With("x")),
        ];
        const string trial = """{"document":"name: plc","device":"d1","payload":{"FT101":3.2},"format":"json"}""";
        JsonElement values = (await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/mappings/test", trial)).GetProperty("value");
        Assert.Equal(3.2, values[0].GetProperty("value").GetDouble());
        Assert.Equal("GMG010", values[1].GetProperty("error").GetProperty("innererror").GetProperty("code").GetString());
        MappingTrial asked = door.Instance.InMemoryMappings.LastTrial!;
        Assert.Equal(("name: plc", "devices/d1/data", """{"FT101":3.2}""", PayloadFormat.Json), (Text(asked.Document), asked.Topic, Text(asked.Payload), asked.Format));
    }

    [Fact]
    public async Task A_trial_takes_bytes_of_CBOR()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/mappings/test", """{"document":{"name":"plc"},"topic":"devices/d1/data","payloadBase64":"oQ==","format":"cbor"}""");
        Assert.Equal([0xA1], door.Instance.InMemoryMappings.LastTrial!.Payload.ToArray());
        Assert.Equal(PayloadFormat.Cbor, door.Instance.InMemoryMappings.LastTrial.Format);
    }

    [Theory]
    [InlineData("""{"topic":"t","payload":1}""", "MissingArgument", "GMW012")]
    [InlineData("""{"mapping":"a","document":"b","topic":"t","payload":1}""", "MissingArgument", "GMW012")]
    [InlineData("""{"document":"b","payload":1}""", "MissingArgument", "GMW012")]
    [InlineData("""{"document":"b","topic":"t"}""", "MissingArgument", "GMW012")]
    [InlineData("""{"document":"b","topic":"t","payloadBase64":"*"}""", "InvalidArgument", "GMW008")]
    [InlineData("""{"document":"b","topic":"t","payload":1,"format":"xml"}""", "InvalidArgument", "GMW008")]
    [InlineData("""{"document":"b","topic":"t","payload":1,"what":1}""", "InvalidArgument", "GMW008")]
    public async Task A_trial_that_lacks_something_is_refused(string trial, string azureCode, string code)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Post, "/api/v1/mappings/test", trial), 400, azureCode, code);
    }

    [Fact]
    public async Task A_trial_of_a_mapping_that_is_not_there_is_404()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Post, "/api/v1/mappings/test", """{"mapping":"a","topic":"t","payload":1}"""), 404, "MappingNotFound", "GMW021");
    }

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
