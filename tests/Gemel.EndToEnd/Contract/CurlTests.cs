using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Contract;

/// <summary>HTTP as a person tries it: with curl.</summary>
public sealed class CurlTests(RunningServer server) : IClassFixture<RunningServer>
{
    private string Key => $"Authorization: Bearer {server.Process.Key}";

    [Fact]
    public async Task Health_needs_no_key_and_everything_else_does()
    {
        Assert.Equal("200", await StatusAsync("health/ready"));
        Assert.Equal("200", await StatusAsync("health/live"));
        foreach (string path in (string[])["models", "digitaltwins/x", "api/v1/devices", "api/v1/streams/changes", "metrics", "api/v1/status", "nowhere"])
        {
            Assert.Equal("401", await StatusAsync(path));
            Assert.Equal("401", await StatusAsync(path, "-H", "Authorization: Bearer wrong"));
        }
    }

    [Fact]
    public async Task The_key_file_opens_the_server_and_only_its_owner_may_read_it()
    {
        Assert.Equal("200", await StatusAsync("api/v1/status", "-H", Key));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.Process.Data, "admin.key")));
        }
    }

    [Fact]
    public async Task A_twin_lives_from_put_to_delete()
    {
        string twin = $$$"""{"$metadata":{"$model":"{{{TestModels.Pump}}}"},"flow":12.5,"motor":{"$metadata":{},"temperature":40}}""";
        (string head, string body) = await CurlAsync("digitaltwins/curl-1", "-X", "PUT", "-H", "Content-Type: application/json", "-d", twin);
        Assert.StartsWith("HTTP/1.1 200", head);
        string etag = Header(head, "ETag");
        Assert.StartsWith("W/\"", etag);
        Assert.Equal(etag, Json(body).GetProperty("$etag").GetString());

        (head, _) = await CurlAsync("digitaltwins/curl-1", "-X", "PATCH", "-H", "Content-Type: application/json-patch+json", "-H", $"If-Match: {etag}",
            "-d", """[{"op":"replace","path":"/flow","value":13.25},{"op":"replace","path":"/motor/temperature","value":41}]""");
        Assert.StartsWith("HTTP/1.1 204", head);

        (head, body) = await CurlAsync("digitaltwins/curl-1?api-version=2020-10-31");
        Assert.NotEqual(etag, Header(head, "ETag"));
        Assert.Equal(13.25, Json(body).GetProperty("flow").GetDouble());
        Assert.Equal(41, Json(body).GetProperty("motor").GetProperty("temperature").GetDouble());

        (head, _) = await CurlAsync("digitaltwins/curl-1", "-X", "DELETE");
        Assert.StartsWith("HTTP/1.1 204", head);
        (head, body) = await CurlAsync("digitaltwins/curl-1");
        Assert.StartsWith("HTTP/1.1 404", head);
        Assert.Equal("DigitalTwinNotFound", Header(head, "x-ms-error-code"));
        Assert.Equal("DigitalTwinNotFound", Json(body).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Relationships_are_listed_from_both_ends()
    {
        await server.Admin.AddPumpAsync("curl-a");
        await server.Admin.AddPumpAsync("curl-b");
        (string head, _) = await CurlAsync("digitaltwins/curl-a/relationships/r1", "-X", "PUT", "-H", "Content-Type: application/json",
            "-d", """{"$relationshipName":"feeds","$targetId":"curl-b","length":3.5}""");
        Assert.StartsWith("HTTP/1.1 200", head);

        (_, string outgoing) = await CurlAsync("digitaltwins/curl-a/relationships");
        (_, string incoming) = await CurlAsync("digitaltwins/curl-b/incomingrelationships");
        Assert.Equal(3.5, Json(outgoing).GetProperty("value")[0].GetProperty("length").GetDouble());
        Assert.Equal("curl-a", Json(incoming).GetProperty("value")[0].GetProperty("$sourceId").GetString());
    }

    [Fact]
    public async Task Device_data_is_answered_item_by_item_after_the_commit_and_is_in_the_next_answer()
    {
        string secret = await server.Admin.AddPumpAsync("curl-2");
        (string head, string body) = await CurlAsync("api/v1/devices/curl-2/data", "-u", $"curl-2:{secret}", "-H", "Content-Type: application/json",
            "-d", """[{"$time":"2026-03-01T00:00:00Z","flow":1.5},{"$time":"2026-03-01T00:00:01Z","flow":2.5}]""");
        Assert.StartsWith("HTTP/1.1 200", head);
        Assert.Equal(["taken", "taken"], Json(body).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("status").GetString()));

        (head, body) = await CurlAsync("api/v1/digitaltwins/curl-2/history?paths=flow", "-H", "Accept: text/csv");
        Assert.Equal("text/csv; charset=utf-8", Header(head, "Content-Type"));
        Assert.Equal("t,path,v,q\r\n2026-03-01T00:00:00.0000000Z,flow,1.5,good\r\n2026-03-01T00:00:01.0000000Z,flow,2.5,good\r\n", body);
    }

    [Fact]
    public async Task Buckets_start_at_the_epochs_multiples_and_say_how_many_they_hold()
    {
        string secret = await server.Admin.AddPumpAsync("curl-3");
        await CurlAsync("api/v1/devices/curl-3/data", "-u", $"curl-3:{secret}", "-H", "Content-Type: application/json",
            "-d", """[{"$time":"2026-03-01T00:00:30Z","flow":1},{"$time":"2026-03-01T00:00:50Z","flow":3},{"$time":"2026-03-01T00:02:00Z","flow":5}]""");
        (_, string body) = await CurlAsync("api/v1/digitaltwins/curl-3/history?paths=flow&every=PT1M&functions=mean,min,max,first,last");
        JsonElement[] buckets = [.. Json(body).GetProperty("series")[0].GetProperty("points").EnumerateArray()];
        Assert.Equal(
            [("2026-03-01T00:00:00.0000000Z", 2, 2d, 1d, 3d), ("2026-03-01T00:02:00.0000000Z", 1, 5d, 5d, 5d)],
            buckets.Select(b => (b.GetProperty("t").GetString()!, b.GetProperty("n").GetInt32(), b.GetProperty("mean").GetDouble(), b.GetProperty("min").GetDouble(), b.GetProperty("max").GetDouble())));
    }

    [Fact]
    public async Task A_stream_resumes_behind_the_last_event_that_was_seen()
    {
        string secret = await server.Admin.AddPumpAsync("curl-4");
        await using (ProgramRun first = Stream())
        {
            string start = await first.NextLineAsync();
            Assert.StartsWith("id: ", start);
            await SendAsync(1);
            (string id, JsonElement change) = await EventAsync(first);
            Assert.Equal("1.0", change.GetProperty("specversion").GetString());
            Assert.Equal(1, Value(change));
            first.Kill();
            await SendAsync(2);

            await using ProgramRun second = Stream("-H", $"Last-Event-ID: {id}");
            (_, change) = await EventAsync(second);
            Assert.Equal(2, Value(change));
        }

        ProgramRun Stream(params string[] more) => StockClient.Start("curl", ["-sN", "-H", Key, $"{server.Process.Http}api/v1/streams/changes?twin=curl-4", .. more]);
        Task SendAsync(int flow) => CurlAsync("api/v1/devices/curl-4/data", "-u", $"curl-4:{secret}", "-H", "Content-Type: application/json", "-d", $$"""{"flow":{{flow}}}""");
        static double Value(JsonElement change) => change.GetProperty("data").GetProperty("values")[0].GetProperty("v").GetDouble();
    }

    [Fact]
    public async Task A_second_put_of_a_device_changes_bindings_and_never_the_secret()
    {
        await server.Admin.AddTwinAsync("curl-5", TestModels.Station);
        string secret = await server.Admin.AddDeviceAsync("curl-5");
        (_, string body) = await CurlAsync("api/v1/devices/curl-5", "-X", "PUT", "-H", "Content-Type: application/json", "-d", """{"twins":["curl-5","curl-1"]}""");
        Assert.False(Json(body).TryGetProperty("secret", out _));
        Assert.Equal("200", await StatusAsync("api/v1/devices/curl-5/data", "-u", $"curl-5:{secret}", "-H", "Content-Type: application/json", "-d", """[{"$twin":"curl-5","name":"north"}]"""));
        Assert.Equal("401", await StatusAsync("api/v1/devices/curl-5/data", "-u", "curl-5:wrong", "-H", "Content-Type: application/json", "-d", "[]"));
    }

    private static async Task<(string Id, JsonElement Event)> EventAsync(ProgramRun curl)
    {
        string id = "";
        while (true)
        {
            string line = await curl.NextLineAsync();
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return (id, Json(line[6..]));
            }
        }
    }

    private async Task<string> StatusAsync(string path, params string[] arguments) =>
        (await StockClient.RunAsync("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", $"{server.Process.Http}{path}", .. arguments])).Output.Trim();

    /// <summary>As the administrator, unless <c>-u</c> says otherwise.</summary>
    private async Task<(string Head, string Body)> CurlAsync(string path, params string[] arguments)
    {
        string[] key = arguments.Contains("-u") ? [] : ["-H", Key];
        using TemporaryFolder folder = new();
        string head = folder.Combine("head");
        string body = folder.Combine("body");
        (int exitCode, _, string errors) = await StockClient.RunAsync("curl", ["-s", "-D", head, "-o", body, $"{server.Process.Http}{path}", .. key, .. arguments]);
        Assert.True(exitCode == 0, $"curl ended with {exitCode}: {errors}");
        return (await File.ReadAllTextAsync(head), File.Exists(body) ? await File.ReadAllTextAsync(body) : "");
    }

    private static string Header(string head, string name) =>
        head.Split("\r\n").Single(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))[(name.Length + 1)..].Trim();

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
