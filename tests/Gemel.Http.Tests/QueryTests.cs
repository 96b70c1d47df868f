using System.Net;
using System.Text.Json;
using Gemel.Cluster;

namespace Gemel.Http.Tests;

public sealed class QueryTests
{
    [Fact]
    public async Task Rows_token_and_charge_are_passed_on()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.ScriptedQueries.Answer = new QueryPage("""[{"n":1},{"n":2}]"""u8.ToArray(), 2, "next", 4.5);
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Post, "/query?api-version=2023-10-31", """{"query":"SELECT *\nFROM DIGITALTWINS"}""", headers: ("max-items-per-page", "2"));
        JsonElement body = await HttpDoor.JsonOf(response);
        Assert.Equal("4.5", response.Headers.GetValues("query-charge").Single());
        Assert.Equal(2, body.GetProperty("value").GetArrayLength());
        Assert.Equal("next", body.GetProperty("continuationToken").GetString());
        Assert.Equal(("SELECT *\nFROM DIGITALTWINS", null, 2), door.Instance.ScriptedQueries.Last);
    }

    [Fact]
    public async Task With_a_token_the_query_is_ignored_and_the_last_page_has_none()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        JsonElement body = await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/query", """{"query":"SELECT","continuationToken":"t"}""");
        Assert.Equal((null, "t", null), door.Instance.ScriptedQueries.Last);
        Assert.False(body.TryGetProperty("continuationToken", out _));
    }

    [Fact]
    public async Task An_empty_token_counts_as_none()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/query", """{"query":"SELECT","continuationToken":null}""");
        Assert.Equal(("SELECT", null, null), door.Instance.ScriptedQueries.Last);
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Post, "/query", """{"continuationToken":""}"""), 400, "MissingArgument", "GMW012");
    }

    [Fact]
    public async Task Errors_of_a_query_keep_code_and_position()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        ErrorCode syntax = new("GMQ001", 400, false, "'{0}' is not expected here.", "Write FROM.", "SqlQueryError");
        door.Instance.ScriptedQueries.Answer = syntax.With("FORM").At(new TextPosition(null, 1, 10));
        JsonElement error = await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Post, "/query", """{"query":"SELECT * FORM DIGITALTWINS"}"""), 400, "SqlQueryError", "GMQ001");
        Assert.Equal("1:10", error.GetProperty("position").GetString());
    }
}
