using System.Net;
using System.Text.Json;

namespace Gemel.Http.Tests;

public sealed class RelationshipTests
{
    [Fact]
    public async Task A_relationship_is_written_read_changed_and_deleted()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1", "p2");
        using HttpResponseMessage put = await door.SendAsync(HttpMethod.Put, "/digitaltwins/p1/relationships/r1", Samples.Feeds);
        JsonElement written = await HttpDoor.JsonOf(put);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal(put.Headers.ETag!.ToString(), written.GetProperty("$etag").GetString());
        Assert.Equal(("r1", "p1", "feeds", "p2"), (Text(written, "$relationshipId"), Text(written, "$sourceId"), Text(written, "$relationshipName"), Text(written, "$targetId")));
        Assert.Equal(10.5, written.GetProperty("length").GetDouble());
        using HttpResponseMessage patched = await door.SendAsync(HttpMethod.Patch, "/digitaltwins/p1/relationships/r1", """[{"op":"replace","path":"/length","value":11}]""", headers: ("If-Match", put.Headers.ETag.ToString()));
        Assert.Equal(HttpStatusCode.NoContent, patched.StatusCode);
        using HttpResponseMessage read = await door.GetAsync("/digitaltwins/p1/relationships/r1");
        Assert.Equal(patched.Headers.ETag, read.Headers.ETag);
        Assert.Equal(11, (await HttpDoor.JsonOf(read)).GetProperty("length").GetDouble());
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Delete, "/digitaltwins/p1/relationships/r1", headers: ("If-Match", put.Headers.ETag.ToString())), 412, "PreconditionFailed", "GMG020");
        await door.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/digitaltwins/p1/relationships/r1");
        await HttpDoor.ErrorOf(await door.GetAsync("/digitaltwins/p1/relationships/r1"), 404, "RelationshipNotFound", "GMG012");
    }

    [Theory]
    [InlineData("""{"$relationshipName":"feeds","$targetId":"nobody"}""", 404, "TargetTwinNotFound", "GMG013")]
    [InlineData("""{"$relationshipName":"feeds","$targetId":"p1"}""", 400, "OperationNotAllowed", "GMG063")]
    [InlineData("""{"$relationshipName":"owns","$targetId":"p2"}""", 400, "InvalidRelationship", "GMG061")]
    [InlineData("""{"$targetId":"p2"}""", 400, "InvalidRelationship", "GMG060")]
    public async Task What_a_relationship_may_not_be_is_refused(string body, int status, string azureCode, string code)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1", "p2");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Put, "/digitaltwins/p1/relationships/r1", body), status, azureCode, code);
    }

    [Fact]
    public async Task A_relationship_of_nobody_is_404()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        await HttpDoor.ErrorOf(await door.GetAsync("/digitaltwins/nobody/relationships"), 404, "DigitalTwinNotFound", "GMG010");
        await HttpDoor.ErrorOf(await door.GetAsync("/digitaltwins/nobody/incomingrelationships"), 404, "DigitalTwinNotFound", "GMG010");
        await HttpDoor.ErrorOf(await door.GetAsync("/digitaltwins/nobody/relationships/r1"), 404, "DigitalTwinNotFound", "GMG010");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Put, "/digitaltwins/nobody/relationships/r1", Samples.Feeds), 404, "DigitalTwinNotFound", "GMG010");
    }

    [Fact]
    public async Task Both_lists_are_whole_and_paged()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1", "p2", "p/3");
        for (int i = 1; i <= 5; i++)
        {
            await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"/digitaltwins/p1/relationships/r{i}", Samples.Feeds);
        }
        await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, "/digitaltwins/p%2F3/relationships/r%2F1", Samples.Feeds);
        Assert.Equal(["r1", "r2", "r3", "r4", "r5"], await AllPages(door, "/digitaltwins/p1/relationships?relationshipName=feeds", 2));
        Assert.Equal(["r/1", "r1", "r2", "r3", "r4", "r5"], await AllPages(door, "/digitaltwins/p2/incomingrelationships", 4));
        Assert.Empty(await AllPages(door, "/digitaltwins/p1/relationships?relationshipName=owns", 4));
        Assert.Empty(await AllPages(door, "/digitaltwins/p1/incomingrelationships", 4));
    }

    [Fact]
    public async Task An_incoming_relationship_is_named_by_a_link_that_works()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p/1", "p2");
        await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, "/digitaltwins/p%2F1/relationships/r%20%2F1", Samples.Feeds);
        JsonElement incoming = (await door.GetJsonAsync("/digitaltwins/p2/incomingrelationships")).GetProperty("value")[0];
        Assert.Equal(["$relationshipId", "$sourceId", "$relationshipName", "$relationshipLink"], incoming.EnumerateObject().Select(m => m.Name));
        JsonElement followed = await door.GetJsonAsync(Text(incoming, "$relationshipLink"));
        Assert.Equal("r /1", Text(followed, "$relationshipId"));
    }

    private static async Task<string[]> AllPages(HttpDoor door, string? link, int rows)
    {
        List<string> ids = [];
        while (link is not null)
        {
            JsonElement page = await door.GetJsonAsync(link, ("max-items-per-page", rows.ToString()));
            Assert.True(page.GetProperty("value").GetArrayLength() <= rows);
            ids.AddRange(page.GetProperty("value").EnumerateArray().Select(r => Text(r, "$relationshipId")));
            link = page.TryGetProperty("nextLink", out JsonElement next) ? next.GetString() : null;
        }
        return [.. ids];
    }

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
