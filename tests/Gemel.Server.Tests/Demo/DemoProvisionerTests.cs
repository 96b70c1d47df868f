using System.Text.Json;
using Gemel.Server.Demo;

namespace Gemel.Server.Tests.Demo;

public sealed class DemoProvisionerTests
{
    private static readonly SamplePlant Plant = new(
        [Json("""{"@id":"dtmi:a;1"}"""), Json("""{"@id":"dtmi:b;1"}""")],
        [Json("""{"$dtId":"T 1","level":2}""")],
        [Json("""{"$dtId":"T 1","$relationshipId":"r","$targetId":"P1","$relationshipName":"feeds"}""")]);

    [Fact]
    public async Task On_an_empty_server_models_twins_relationships_and_devices_are_made_in_that_order()
    {
        var server = new ScriptedServer(request => (request.Method.Method, request.RequestUri!.AbsolutePath) switch
        {
            ("GET", _) => (200, """{"value":[]}"""),
            ("PUT", "/api/v1/devices/P1") => (201, """{"deviceId":"P1","secret":"s1"}"""),
            _ => (200, "{}"),
        });
        IReadOnlyDictionary<string, string> secrets = await Provision(server);
        Assert.Equal("s1", secrets["P1"]);
        Assert.Equal(
            [
                "GET /models",
                """POST /models [{"@id":"dtmi:a;1"},{"@id":"dtmi:b;1"}]""",
                """PUT /digitaltwins/T%201 {"$dtId":"T 1","level":2}""",
                """PUT /digitaltwins/T%201/relationships/r {"$relationshipId":"r","$targetId":"P1","$relationshipName":"feeds"}""",
                """PUT /api/v1/devices/P1 {"twins":["P1"]}""",
            ],
            server.Requests);
    }

    [Fact]
    public async Task What_is_there_already_stays_and_a_known_device_gets_a_new_secret()
    {
        var server = new ScriptedServer(request => (request.Method.Method, request.RequestUri!.PathAndQuery) switch
        {
            ("GET", "/models?page=2") => (200, """{"value":[{"id":"dtmi:b;1"}]}"""),
            ("GET", _) => (200, """{"value":[{"id":"dtmi:a;1"}],"nextLink":"http://server/models?page=2"}"""),
            ("PUT", "/api/v1/devices/P1") => (200, """{"deviceId":"P1"}"""),
            ("POST", "/api/v1/devices/P1/secret") => (200, """{"secret":"s2"}"""),
            ("PUT", _) => (request.Headers.IfNoneMatch.Count == 1 ? 412 : 500, """{"error":{}}"""),
            _ => (500, ""),
        });
        Assert.Equal("s2", (await Provision(server))["P1"]);
    }

    [Fact]
    public async Task A_refusal_says_which_request_and_what_the_server_answered()
    {
        var server = new ScriptedServer(_ => (403, """{"error":{"code":"Forbidden"}}"""));
        GemelException failure = await Assert.ThrowsAsync<GemelException>(() => Provision(server));
        Assert.Equal("GMX001", failure.Error.Code.Code);
        Assert.Contains("403", failure.Message);
        Assert.Contains("Forbidden", failure.Message);
    }

    private static async Task<IReadOnlyDictionary<string, string>> Provision(ScriptedServer server)
    {
        using HttpClient client = server.Client();
        return await new DemoProvisioner(client).ProvisionAsync(Plant, ["P1"], TestContext.Current.CancellationToken);
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
