using System.Net;
using System.Text;
using System.Text.Json;
using Gemel.Cluster;

namespace Gemel.Http.Tests;

public sealed class ErrorTests
{
    [Fact]
    public async Task An_unknown_path_is_404_in_the_one_shape()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        JsonElement error = await HttpDoor.ErrorOf(await door.GetAsync("/api/v1/nothing"), 404, "NotFound", "GMW003");
        Assert.Contains("/api/v1/nothing", error.GetProperty("message").GetString());
        await HttpDoor.ErrorOf(await door.GetAsync("/digitaltwins"), 404, "NotFound", "GMW003");
    }

    [Fact]
    public async Task A_wrong_method_is_405_and_names_the_right_ones()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Post, "/digitaltwins/p1", "{}");
        await HttpDoor.ErrorOf(response, 405, "MethodNotAllowed", "GMW004");
        Assert.Equal(["DELETE", "GET", "PATCH", "PUT"], response.Content.Headers.Allow.Order());
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Delete, "/query"), 405, "MethodNotAllowed", "GMW004");
    }

    [Theory]
    [InlineData("GET", "/eventroutes?api-version=2023-10-31")]
    [InlineData("PUT", "/eventRoutes/r1")]
    public async Task What_is_not_offered_says_so(string method, string path)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Parse(method), path), 501, "NotImplemented", "GMW013");
    }

    [Theory]
    [InlineData("PUT", "/digitaltwins/p1", "{", "GMG001")]
    [InlineData("PUT", "/digitaltwins/p1", "", "GMG001")]
    [InlineData("PATCH", "/digitaltwins/p1", "{\"op\":1", "GMG001")]
    [InlineData("POST", "/query", "{", "GMW008")]
    [InlineData("POST", "/query", "[]", "GMW008")]
    [InlineData("POST", "/query", "{\"query\":1}", "GMW008")]
    [InlineData("POST", "/query", "{\"query\":\"a\",\"query\":\"b\"}", "GMW008")]
    [InlineData("POST", "/models", "{}", "GMW008")]
    [InlineData("POST", "/models", "[]", "GMW008")]
    [InlineData("PUT", "/api/v1/devices/d1", "{\"twins\":1}", "GMW008")]
    [InlineData("PUT", "/api/v1/devices/d1", "{\"twin\":[]}", "GMW008")]
    [InlineData("PUT", "/api/v1/devices/d1", "{\"interval\":\"soon\"}", "GMW008")]
    public async Task Malformed_bodies_are_400(string method, string path, string body, string code)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Parse(method), path, body), 400, "InvalidArgument", code);
    }

    [Theory]
    [InlineData("PUT", "/digitaltwins/p1")]
    [InlineData("POST", "/query")]
    [InlineData("POST", "/models")]
    [InlineData("POST", "/api/v1/models/check")]
    [InlineData("PUT", "/api/v1/devices/d1")]
    public async Task Nesting_of_10000_is_400(string method, string path)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("p1");
        string body = string.Concat(Enumerable.Repeat("[", 10_000)) + string.Concat(Enumerable.Repeat("]", 10_000));
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Parse(method), path, body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("x-ms-error-code", response.Headers.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_100_megabytes_is_413(bool isAnnounced)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        using HttpRequestMessage request = new(HttpMethod.Put, "/digitaltwins/p1") { Content = new ByteArrayContent(new byte[100_000_000]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TransferEncodingChunked = !isAnnounced;
        using HttpResponseMessage response = await door.Client.SendAsync(request, HttpDoor.Cancelled);
        await HttpDoor.ErrorOf(response, 413, "RequestBodyTooLarge", "GMW006");
        Assert.Equal(0, door.Instance.Twins.Count);
    }

    [Fact]
    public async Task The_largest_body_allowed_is_read_whole()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync(o => o.MaxBodyBytes = 2_000);
        string fits = $$"""{"query":"{{new string('x', 2_000 - 12)}}"}""";
        Assert.Equal(2_000, fits.Length);
        await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/query", fits);
        await HttpDoor.ErrorOf(await door.SendAsync(HttpMethod.Post, "/query", fits + " "), 413, "RequestBodyTooLarge", "GMW006");
    }

    [Fact]
    public async Task A_fault_of_the_server_is_500_with_an_id_and_nothing_of_its_inside()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        door.Instance.InMemoryTwins.NextFailure = new InvalidOperationException("the inside");
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Put, "/digitaltwins/p1", Samples.Pump);
        string text = await response.Content.ReadAsStringAsync(HttpDoor.Cancelled);
        await HttpDoor.ErrorOf(response, 500, "InternalError", "GMW015");
        Assert.DoesNotContain("the inside", text);
        Assert.DoesNotContain("   at ", text);
    }

    [Fact]
    public async Task A_failure_of_the_world_keeps_its_code_and_says_when_to_retry()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        ErrorCode full = new("GMC999", 503, true, "The disk is full.", "Free some space.", "ServiceUnavailable");
        door.Instance.InMemoryTwins.NextFailure = new GemelException(full.With());
        using HttpResponseMessage response = await door.SendAsync(HttpMethod.Put, "/digitaltwins/p1", Samples.Pump);
        await HttpDoor.ErrorOf(response, 503, "ServiceUnavailable", "GMC999");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    public static TheoryData<string, int, string, string> Unreadable => new()
    {
        { "GET\r\n\r\n", 400, "BadRequest", "GMW017" },
        { "GET / HTTP/1.1\r\n\r\n", 400, "BadRequest", "GMW017" },
        { "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "BadRequest", "GMW017" },
        { "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400, "BadRequest", "GMW017" },
        { "POST /query HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", 400, "BadRequest", "GMW017" },
        { $"GET /{new string('a', 70_000)} HTTP/1.1\r\nHost: x\r\n\r\n", 414, "UriTooLong", "GMW026" },
        { $"GET / HTTP/1.1\r\nHost: x\r\nA: {new string('a', 40_000)}\r\n\r\n", 431, "RequestHeaderFieldsTooLarge", "GMW027" },
        { $"GET / HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 101).Select(i => $"A{i}: b\r\n"))}\r\n", 431, "RequestHeaderFieldsTooLarge", "GMW027" },
        { "GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505, "HttpVersionNotSupported", "GMW028" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task What_the_web_server_itself_cannot_read_is_refused_in_the_one_shape(string request, int status, string azureCode, string code)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        string answer = await door.SendRawAsync(request);
        string[] parts = answer.Split("\r\n\r\n", 2);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Contains($"\r\nx-ms-error-code: {azureCode}\r\n", answer);
        Assert.Contains($"\r\nContent-Length: {Encoding.UTF8.GetByteCount(parts[1])}\r\n", answer);
        JsonElement error = JsonDocument.Parse(parts[1]).RootElement.GetProperty("error");
        Assert.Equal(code, error.GetProperty("innererror").GetProperty("code").GetString());
        Assert.Equal(azureCode, error.GetProperty("details")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_answer_that_only_looks_like_a_refusal_stays_as_it_is()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        string answer = await door.SendRawAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n", answer);
        Assert.EndsWith("\r\n\r\n", answer);
    }

    [Fact]
    public async Task After_a_refused_body_the_connection_goes_on()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        await door.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, "/digitaltwins/p1", "nonsense");
        await door.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, "/digitaltwins/p1", Samples.Pump);
    }

    [Fact]
    public void Codes_of_the_catalogue_are_unique_and_of_the_form_GMW000()
    {
        ErrorCode[] codes = [.. typeof(HttpErrors).GetFields().Select(f => (ErrorCode)f.GetValue(null)!)];
        Assert.Equal(codes.Length, codes.Select(c => c.Code).Distinct().Count());
        Assert.All(codes, c => Assert.Matches("^GMW[0-9]{3}$", c.Code));
        Assert.All(codes, c => Assert.InRange(c.Status, 400, 599));
        Assert.All(codes, c => Assert.NotEmpty(c.With("a", "b", "c").Message));
    }
}
