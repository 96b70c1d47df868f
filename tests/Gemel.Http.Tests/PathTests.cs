using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using Gemel.Http.Requests;

namespace Gemel.Http.Tests;

public sealed class PathTests
{
    public static TheoryData<string> Ids { get; } =
    [
        "plain", "with space", "a/b", "a%2Fb", "a%252Fb", "100%", "it's \"quoted\"", "émoji-🚰-泵", "urn:uuid:1f9c", "https://example.org/assets/pump?x=1&y=2#part",
        "a+b", "a;v=1", "a\\b", ".a", "..a", "...", "a,b", "{twin}", "~tilde", new string('x', 128), string.Concat(Enumerable.Repeat("🚰", 128)),
    ];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Any_id_can_be_written_read_listed_and_deleted(string id)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        string target = $"/digitaltwins/{EncodeAll(id)}";
        string put = await door.SendRawAsync(Request("PUT", target, Samples.Pump));
        Assert.StartsWith("HTTP/1.1 200", put);
        string get = await door.SendRawAsync(Request("GET", target));
        Assert.StartsWith("HTTP/1.1 200", get);
        Assert.Equal(id, JsonDocument.Parse(get[get.IndexOf('{')..]).RootElement.GetProperty("$dtId").GetString());
        JsonElement list = await door.GetJsonAsync("/api/v1/digitaltwins");
        Assert.Equal(id, list.GetProperty("value")[0].GetProperty("$dtId").GetString());
        Assert.StartsWith("HTTP/1.1 204", await door.SendRawAsync(Request("DELETE", target)));
    }

    [Fact]
    public async Task Two_ids_that_differ_only_by_an_encoded_slash_are_two_twins()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("a/b", "a%2Fb");
        Assert.Equal("a/b", (await door.GetJsonAsync("/digitaltwins/a%2Fb")).GetProperty("$dtId").GetString());
        Assert.Equal("a/b", (await door.GetJsonAsync("/digitaltwins/a%2fb")).GetProperty("$dtId").GetString());
        Assert.Equal("a%2Fb", (await door.GetJsonAsync("/digitaltwins/a%252Fb")).GetProperty("$dtId").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await door.GetAsync("/digitaltwins/a/b")).StatusCode);
    }

    [Fact]
    public async Task Paths_ignore_case_and_ids_do_not()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("Pump");
        Assert.Equal("Pump", (await door.GetJsonAsync("/DigitalTwins/Pump")).GetProperty("$dtId").GetString());
        await HttpDoor.ErrorOf(await door.GetAsync("/digitaltwins/pump"), 404, "DigitalTwinNotFound", "GMG010");
        Assert.Equal(HttpStatusCode.OK, (await door.GetAsync("/digitalTwins/Pump/incomingRelationships")).StatusCode);
    }

    [Theory]
    [InlineData("%2E")]
    [InlineData("%2e.")]
    [InlineData("%2Fleading")]
    [InlineData("%23hash")]
    [InlineData("%2Bplus")]
    [InlineData("$dollar")]
    [InlineData("tab%09")]
    [InlineData("nul%00")]
    public async Task An_id_that_breaks_a_rule_is_refused_with_the_rule(string segment)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        string answer = await door.SendRawAsync(Request("PUT", $"/digitaltwins/{segment}", Samples.Pump));
        Assert.StartsWith("HTTP/1.1 400", answer);
        Assert.True(answer.Contains("GMA001") || segment.Contains("%00"), answer);
    }

    [Theory]
    [InlineData(129)]
    [InlineData(2_000)]
    public async Task An_id_that_is_too_long_is_refused_with_its_length(int characters)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        foreach (string one in new[] { "x", "🚰" })
        {
            string id = string.Concat(Enumerable.Repeat(one, characters));
            using HttpResponseMessage response = await door.SendAsync(HttpMethod.Put, $"/digitaltwins/{Uri.EscapeDataString(id)}", Samples.Pump);
            JsonElement error = await HttpDoor.ErrorOf(response, 400, "InvalidArgument", "GMA001");
            Assert.Contains($"has {characters} characters", error.GetProperty("message").GetString());
        }
    }

    [Theory]
    [InlineData("a%F")]
    [InlineData("a%")]
    [InlineData("a%zz")]
    [InlineData("a%FF")]
    [InlineData("a%C3")]
    [InlineData("a%ED%A0%80")]
    public async Task A_segment_that_is_not_encoded_UTF8_is_refused(string segment)
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync();
        string answer = await door.SendRawAsync(Request("GET", $"/digitaltwins/{segment}"));
        Assert.StartsWith("HTTP/1.1 400", answer);
        Assert.Contains("GMW009", answer);
    }

    [Fact]
    public async Task A_target_in_absolute_form_is_understood()
    {
        await using HttpDoor door = await HttpDoor.WithModelsAsync("a/b");
        string answer = await door.SendRawAsync(Request("GET", "http://gemel/digitaltwins/a%2Fb?api-version=2023-10-31"));
        Assert.StartsWith("HTTP/1.1 200", answer);
    }

    [Fact]
    public void Decoding_inverts_encoding()
    {
        Gen.String.Where(IsText).Sample(text => RequestTarget.DecodeSegment(Uri.EscapeDataString(text)) == text && RequestTarget.DecodeSegment(EncodeAll(text)) == text);
    }

    private static bool IsText(string text)
    {
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
    }

    /// <summary>Every byte as %XX: no client library and no server can take it for anything else.</summary>
    private static string EncodeAll(string id) => string.Concat(Encoding.UTF8.GetBytes(id).Select(b => $"%{b:X2}"));

    private static string Request(string method, string target, string body = "")
    {
        string length = body.Length == 0 ? "" : $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nContent-Type: application/json\r\n";
        return $"{method} {target} HTTP/1.1\r\nHost: gemel\r\nAuthorization: Bearer {InMemoryInstance.AdminKey}\r\nConnection: close\r\n{length}\r\n{body}";
    }
}
