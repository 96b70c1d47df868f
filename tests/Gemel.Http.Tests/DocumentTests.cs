using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Gemel.Http.Tests;

public sealed class DocumentTests
{
    private const string Kept = "docs/reference/openapi.json";
    private const string Rewrite = "GEMEL_REWRITE_REFERENCE";

    [Fact]
    public async Task The_document_is_the_one_kept_in_the_tree()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        string served = await (await door.GetAsync("/openapi/v1.json")).Content.ReadAsStringAsync(HttpDoor.Cancelled);
        string file = Path.Combine(Root(), Kept);
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
        {
            await File.WriteAllTextAsync(file, served + "\n", HttpDoor.Cancelled);
        }
        string kept = await File.ReadAllTextAsync(file, HttpDoor.Cancelled);
        Assert.True(kept.TrimEnd() == served.TrimEnd(), $"{Kept} differs from what is served. Where the change is meant, run the test with {Rewrite}=1 and review the difference.");
    }

    [Fact]
    public async Task The_page_reads_the_same_document_without_a_credential()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        using HttpClient anybody = door.NewClient();
        string open = await anybody.GetStringAsync("/docs/openapi/v1.json", HttpDoor.Cancelled);
        Assert.Equal(await (await door.GetAsync("/openapi/v1.json")).Content.ReadAsStringAsync(HttpDoor.Cancelled), open);
    }

    [Fact]
    public async Task The_page_loads_nothing_from_elsewhere()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        using HttpResponseMessage page = await door.GetAsync("/docs/");
        string html = await page.Content.ReadAsStringAsync(HttpDoor.Cancelled);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("cdn.", html);
        Assert.DoesNotContain("src=\"http", html);
        Assert.Contains("\"url\":\"docs/openapi/v1.json\"", html);
        Assert.Contains("\"showDeveloperTools\":\"never\"", html);
        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self' ", policy);
        Assert.All(["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"], rule => Assert.Contains(rule, policy));
        Assert.DoesNotContain("http", policy);
    }

    [Fact]
    public async Task Every_operation_is_named_once_and_tells_its_answers_and_its_errors()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        JsonElement document = await door.GetJsonAsync("/openapi/v1.json");
        JsonElement[] operations = [.. document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).Select(o => o.Value)];
        Assert.Equal(operations.Length, operations.Select(o => o.GetProperty("operationId").GetString()).Distinct().Count());
        Assert.True(operations.Length >= 40, $"{operations.Length} operations.");
        Assert.All(operations, o => Assert.NotEmpty(o.GetProperty("summary").GetString()!));
        Assert.All(operations, o => Assert.Contains(o.GetProperty("responses").EnumerateObject(), r => r.Name[0] is '2'));
        Assert.All(operations.Where(o => o.TryGetProperty("security", out JsonElement s) && s.GetArrayLength() > 0), o => Assert.True(o.GetProperty("responses").TryGetProperty("401", out _)));
    }

    [Fact]
    public async Task Every_path_parameter_is_described_and_every_reference_leads_somewhere()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        JsonElement document = await door.GetJsonAsync("/openapi/v1.json");
        foreach (JsonProperty path in document.GetProperty("paths").EnumerateObject())
        {
            string[] inPath = [.. path.Name.Split('/').Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}'))];
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                string[] described = operation.Value.TryGetProperty("parameters", out JsonElement parameters)
                    ? [.. parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "path").Select(p => p.GetProperty("name").GetString()!)]
                    : [];
                Assert.Equal(inPath, described);
            }
        }
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.All(References(document), r => Assert.True(schemas.TryGetProperty(r[(r.LastIndexOf('/') + 1)..], out _) || !r.Contains("/schemas/"), r));
    }

    [Theory]
    [InlineData("Http:MaxBodyBytes is 1; it must be between 1024 and 1073741824.")]
    [InlineData("Http:PublicUrl is 'ftp://x/'; it must be an absolute http or https address without query and fragment.")]
    [InlineData("Http:StreamKeepAlive is 00:00:00; it must be between 00:00:01 and 00:05:00.")]
    public void Settings_are_refused_by_name_value_and_rule(string expected)
    {
        GemelHttpOptions options = new() { MaxBodyBytes = 1, PublicUrl = new Uri("ftp://x/"), StreamKeepAlive = TimeSpan.Zero };
        ValidateOptionsResult result = new GemelHttpOptionsValidator().Validate(null, options);
        Assert.Contains(expected, result.Failures!);
        Assert.True(new GemelHttpOptionsValidator().Validate(null, new GemelHttpOptions()).Succeeded);
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => m.Name == "$ref" && m.Value.ValueKind == JsonValueKind.String ? [m.Value.GetString()!] : References(m.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
