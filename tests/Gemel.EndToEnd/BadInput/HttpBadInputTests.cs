using System.Net;
using System.Text;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.BadInput;

/// <summary>Bad input over HTTP: a clear error, nothing lost, nothing changed.</summary>
public sealed class HttpBadInputTests(FilledServer server) : IClassFixture<FilledServer>
{
    private const int HundredMegabytes = 100_000_000;

    [Theory]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":""", 400, "InvalidArgument")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Nothing;1"}}""", 400, "ValidationFailed")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Station;1"},"height":3}""", 400, "ValidationFailed")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Station;1"},"name":5}""", 400, "ValidationFailed")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Station;1"},"name":"a","name":"b"}""", 400, "InvalidArgument")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Pump;1"},"flow":NaN,"motor":{}}""", 400, "InvalidArgument")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Pump;1"},"flow":Infinity,"motor":{}}""", 400, "InvalidArgument")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Pump;1"},"flow":1e999,"motor":{}}""", 400, "ValidationFailed")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Pump;1"},"count":2147483648,"motor":{}}""", 400, "ValidationFailed")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Pump;1"},"total":9223372036854775808,"motor":{}}""", 400, "ValidationFailed")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Pump;1"},"ratio":1e39,"motor":{}}""", 400, "ValidationFailed")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Pump;1"},"state":"ajar","motor":{}}""", 400, "ValidationFailed")]
    [InlineData("PUT", "digitaltwins/new", """{"$metadata":{"$model":"dtmi:gemel:tests:Pump;1"}}""", 400, "ValidationFailed")]
    [InlineData("GET", "digitaltwins/nowhere", null, 404, "DigitalTwinNotFound")]
    [InlineData("GET", "digitaltwins/pump/components/engine", null, 404, "ComponentNotFound")]
    [InlineData("GET", "models/dtmi:gemel:tests:Nothing;1", null, 404, "ModelNotFound")]
    [InlineData("PATCH", "digitaltwins/pump", """[{"op":"replace","path":"/nothing","value":1}]""", 400, "ValidationFailed|JsonPatchInvalid")]
    [InlineData("PATCH", "digitaltwins/pump", """[{"op":"replace","path":"/flow","value":5},{"op":"replace","path":"/serial","value":"s"}]""", 400, "JsonPatchInvalid")]
    [InlineData("PATCH", "digitaltwins/pump", """[{"op":"replace","path":"/flow","value":"five"}]""", 400, "ValidationFailed")]
    [InlineData("PATCH", "digitaltwins/pump", """{"op":"replace","path":"/flow","value":5}""", 400, "JsonPatchInvalid")]
    [InlineData("PUT", "digitaltwins/station/relationships/x", """{"$relationshipName":"contains","$targetId":"nowhere"}""", 404, "TargetTwinNotFound")]
    [InlineData("PUT", "digitaltwins/nowhere/relationships/x", """{"$relationshipName":"contains","$targetId":"pump"}""", 404, "DigitalTwinNotFound")]
    [InlineData("PUT", "digitaltwins/station/relationships/x", """{"$relationshipName":"owns","$targetId":"pump"}""", 400, "InvalidRelationship")]
    [InlineData("DELETE", "digitaltwins/pump", null, 400, "RelationshipsNotDeleted")]
    [InlineData("DELETE", "models/dtmi:gemel:tests:Motor;1", null, 409, "ModelReferencesNotDeleted")]
    [InlineData("DELETE", "models/dtmi:gemel:tests:Nothing;1", null, 404, "ModelNotFound")]
    [InlineData("POST", "models", """[{"@id":"dtmi:gemel:tests:Bad;1","@type":"Interface"}]""", 400, "DTDLParserError|InvalidArgument")]
    [InlineData("GET", "digitaltwins/pump?api-version=1999-01-01", null, 400, "UnsupportedApiVersionValue")]
    [InlineData("GET", "api/v1/digitaltwins/pump/history?from=yesterday", null, 400, "InvalidArgument")]
    [InlineData("GET", "api/v1/digitaltwins/pump/history?paths=nothing", null, 400, "InvalidArgument")]
    [InlineData("GET", "api/v1/digitaltwins/pump/history?every=PT0S", null, 400, "InvalidArgument")]
    [InlineData("GET", "api/v1/digitaltwins/nowhere/history", null, 404, "DigitalTwinNotFound")]
    [InlineData("GET", "api/v1/streams/changes?lastEventId=yesterday", null, 400, "InvalidArgument")]
    [InlineData("GET", "api/v1/streams/changes?lastEventId=999999999-0", null, 410, "NotFound")]
    [InlineData("POST", "api/v1/devices/pump/data", """{"flow":""", 400, "InvalidArgument|ValidationFailed")]
    [InlineData("POST", "api/v1/devices/pump/data", """{"nothing":1}""", 400, "InvalidArgument|ValidationFailed")]
    [InlineData("POST", "api/v1/devices/pump/data", """{"engine":{"temperature":1}}""", 400, "InvalidArgument|ValidationFailed")]
    [InlineData("POST", "api/v1/devices/pump/data", """[{"$twin":"nowhere","flow":1}]""", 403, "Forbidden")]
    [InlineData("POST", "api/v1/devices/ghost/data", """{"flow":1}""", 404, "DigitalTwinNotFound")]
    [InlineData("POST", "api/v1/devices/pump/data", """[{"$twin":"other","flow":1}]""", 403, "Forbidden")]
    [InlineData("POST", "api/v1/devices/pump/data", """{"flow":1,"flow":2}""", 400, "InvalidArgument|ValidationFailed")]
    [InlineData("POST", "api/v1/devices/nowhere/data", """{"flow":1}""", 404, "DeviceNotFound")]
    [InlineData("TRACE", "digitaltwins/pump", null, 405, "MethodNotAllowed")]
    [InlineData("GET", "nothing/here", null, 404, "NotFound")]
    public async Task A_bad_request_is_refused_with_its_code_and_changes_nothing(string method, string path, string? body, int status, string codes)
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        Answer answer = await server.Admin.SendAsync(new HttpMethod(method), path, body);
        answer.Expect((HttpStatusCode)status);
        string code = answer.Json.GetProperty("error").GetProperty("code").GetString()!;
        Assert.Contains(code, codes.Split('|'));
        answer.ExpectError((HttpStatusCode)status, code);
        await untouched.AssertAsync();
    }

    [Fact]
    public async Task A_stale_etag_is_refused()
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        (await server.Admin.PatchAsync("digitaltwins/pump", """[{"op":"replace","path":"/flow","value":5}]""", ("If-Match", "W/\"stale\""))).ExpectError(HttpStatusCode.PreconditionFailed, "PreconditionFailed", "GMG020");
        (await server.Admin.DeleteAsync("digitaltwins/pump", ("If-Match", "W/\"stale\""))).ExpectError(HttpStatusCode.PreconditionFailed, "PreconditionFailed");
        (await server.Admin.PutAsync("digitaltwins/pump", """{"$metadata":{"$model":"dtmi:gemel:tests:Station;1"}}""", ("If-None-Match", "*"))).ExpectError(HttpStatusCode.PreconditionFailed, "PreconditionFailed");
        await untouched.AssertAsync();
    }

    [Theory]
    [InlineData("PUT", "digitaltwins/new")]
    [InlineData("POST", "models")]
    [InlineData("POST", "api/v1/devices/pump/data")]
    [InlineData("POST", "query")]
    public async Task A_body_of_a_hundred_megabytes_is_refused_without_being_kept(string method, string path)
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        long before = server.Process.ResidentBytes();
        try
        {
            Answer answer = await server.Admin.SendAsync(new HttpMethod(method), path, new StringContent($"\"{new string('x', HundredMegabytes)}\"", Encoding.UTF8, "application/json"));
            answer.ExpectError(HttpStatusCode.RequestEntityTooLarge, "RequestBodyTooLarge");
        }
        catch (HttpRequestException cut) when (cut.InnerException is IOException)
        {
            // The server need not read what it refuses: the connection may end while the client still writes.
        }
        await untouched.AssertAsync();
        Assert.InRange(server.Process.ResidentBytes() - before, long.MinValue, HundredMegabytes);
    }

    [Theory]
    [InlineData("PUT", "digitaltwins/new")]
    [InlineData("PATCH", "digitaltwins/pump")]
    [InlineData("POST", "models")]
    [InlineData("POST", "api/v1/devices/pump/data")]
    [InlineData("PUT", "api/v1/devices/new")]
    [InlineData("POST", "query")]
    public async Task A_nesting_of_ten_thousand_is_refused(string method, string path)
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000);
        Answer answer = await server.Admin.SendAsync(new HttpMethod(method), path, deep);
        answer.Expect(HttpStatusCode.BadRequest);
        answer.ExpectError(HttpStatusCode.BadRequest, answer.Json.GetProperty("error").GetProperty("code").GetString()!);
        answer = await server.Admin.SendAsync(new HttpMethod(method), path, new string('[', 10_000) + new string(']', 10_000));
        answer.Expect(HttpStatusCode.BadRequest);
        await untouched.AssertAsync();
    }

    [Theory]
    [InlineData("PUT", "digitaltwins/new", "{\"$metadata\":{\"$model\":\"dtmi:gemel:tests:Station;1\"},\"name\":\"\u00ff\"}")]
    [InlineData("POST", "api/v1/devices/pump/data", "{\"serial\":\"\u00ff\"}")]
    [InlineData("POST", "models", "[{\"@id\":\"\u00ff\"}]")]
    public async Task Invalid_utf8_is_refused(string method, string path, string latin1)
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        ByteArrayContent content = new(Encoding.Latin1.GetBytes(latin1));
        content.Headers.ContentType = new("application/json");
        Answer answer = await server.Admin.SendAsync(new HttpMethod(method), path, content);
        answer.Expect(HttpStatusCode.BadRequest);
        Assert.NotEmpty(answer.Headers.GetValues("x-ms-error-code").Single());
        await untouched.AssertAsync();
    }

    [Fact]
    public async Task A_foreign_content_type_is_refused()
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        Answer answer = await server.Admin.SendAsync(HttpMethod.Put, "digitaltwins/new", new StringContent("<twin/>", Encoding.UTF8, "text/xml"));
        answer.ExpectError(HttpStatusCode.UnsupportedMediaType, "UnsupportedMediaType");
        await untouched.AssertAsync();
    }

    [Fact]
    public async Task A_device_cannot_read_or_send_for_another()
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        using GemelClient nobody = new(server.Process.Http, key: null);
        (string, string) basic = ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"pump:{server.Secret}")));
        (await nobody.PostAsync("api/v1/devices/other/data", """{"flow":5}""", basic)).ExpectError(HttpStatusCode.Forbidden, "Forbidden");
        (await nobody.GetAsync("digitaltwins/pump", basic)).ExpectError(HttpStatusCode.Forbidden, "Forbidden");
        (await nobody.GetAsync("digitaltwins/pump")).ExpectError(HttpStatusCode.Unauthorized, "Unauthorized");
        await untouched.AssertAsync();
    }
}
