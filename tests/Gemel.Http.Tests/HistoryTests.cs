using System.Net;
using System.Text;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Graph;
using BucketFunctions = Gemel.History.BucketFunctions;
using BucketPeriod = Gemel.History.BucketPeriod;
using HistoryBucket = Gemel.History.HistoryBucket;
using HistoryValue = Gemel.History.HistoryValue;

namespace Gemel.Http.Tests;

public sealed class HistoryTests
{
    private const string Path = "/api/v1/digitaltwins/p%2F1/history";

    private static readonly Timestamp T0 = InMemoryTwins.Start;
    private static readonly Timestamp T1 = T0.Add(TimeSpan.FromTicks(1));

    private static readonly HistoryPage Page = new(
        [
            new HistorySeries("flow", "litrePerSecond", [Point(T0, "12.5"), Point(T1, "1E-07", Quality.Uncertain, "clock"), Point(T1, "", Quality.Bad, "noValue")]),
            new HistorySeries("motor.note", null, [Point(T0, "\"a \\\"b\\\", c\\nd\""), Point(T1, "{\"x\":[1,2]}")]),
        ],
        "next/1");

    [Fact]
    public async Task Points_have_time_value_and_quality_only_where_not_good()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.ScriptedHistory.Points = Page;
        JsonElement answer = await door.GetJsonAsync($"{Path}?from=2026-01-31T12:00:00Z&to=2026-01-31T13:00:00Z&paths=flow,motor.note");
        Assert.Equal(("p/1", "2026-01-31T12:00:00.0000000Z", "2026-01-31T13:00:00.0000000Z"), (answer.GetProperty("twinId").GetString(), answer.GetProperty("from").GetString(), answer.GetProperty("to").GetString()));
        JsonElement flow = answer.GetProperty("series")[0];
        Assert.Equal(("flow", "litrePerSecond"), (flow.GetProperty("path").GetString(), flow.GetProperty("unit").GetString()));
        Assert.Equal("""[{"t":"2026-01-31T12:00:00.0000000Z","v":12.5},{"t":"2026-01-31T12:00:00.0000001Z","v":1E-07,"q":"uncertain","reason":"clock"},{"t":"2026-01-31T12:00:00.0000001Z","v":null,"q":"bad","reason":"noValue"}]""", flow.GetProperty("points").GetRawText());
        Assert.False(answer.GetProperty("series")[1].TryGetProperty("unit", out _));
        Assert.Equal($"{door.Address.GetLeftPart(UriPartial.Authority)}{Path}?from=2026-01-31T12:00:00Z&to=2026-01-31T13:00:00Z&paths=flow,motor.note&continuationToken=next%2F1", answer.GetProperty("nextLink").GetString());
    }

    [Fact]
    public async Task Every_parameter_is_passed_on()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await door.GetJsonAsync($"{Path}?paths=flow, motor.speed,flow&from=2026-01-31T12:00:00.0000001Z&limit=50&order=desc&include=all&boundary=previous&continuationToken=next%2F1");
        HistoryQuery query = door.Instance.ScriptedHistory.LastQuery!;
        Assert.Equal("p/1", query.Twin.Value);
        Assert.Equal(["flow", "motor.speed"], query.Paths);
        Assert.Equal((T1, Timestamp.None, 50), (query.From, query.To, query.Limit));
        Assert.Equal((true, true, true, "next/1"), (query.Descending, query.IncludeAll, query.BoundaryPrevious, query.Continuation));
    }

    [Fact]
    public async Task Without_parameters_the_usual_holds()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        JsonElement answer = await door.GetJsonAsync(Path);
        HistoryQuery query = door.Instance.ScriptedHistory.LastQuery!;
        Assert.Equal((0, 1_000, false, false, false, null), (query.Paths.Length, query.Limit, query.Descending, query.IncludeAll, query.BoundaryPrevious, query.Continuation));
        Assert.False(answer.TryGetProperty("nextLink", out _));
        Assert.Equal("""{"twinId":"p/1","from":null,"to":null,"series":[]}""", answer.GetRawText());
    }

    [Fact]
    public async Task Buckets_have_a_member_per_function()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        HistoryBucket bucket = new(T0, 3, 2.5, null, 1, 4, null, new HistoryValue(ValueKind.Integer, 1, default), new HistoryValue(ValueKind.Text, 0, "on, \"off\""u8.ToArray()));
        door.Instance.ScriptedHistory.Buckets = new BucketPage([new BucketSeries("flow", null, [bucket])], null);
        JsonElement answer = await door.GetJsonAsync($"{Path}?every=PT1M&functions=mean,twa,max,count,first,last,Mean");
        Assert.Equal("""[{"t":"2026-01-31T12:00:00.0000000Z","n":3,"mean":2.5,"max":4,"count":3,"first":1,"last":"on, \"off\""}]""", answer.GetProperty("series")[0].GetProperty("points").GetRawText());
        Assert.Equal(BucketPeriod.Of(TimeSpan.FromMinutes(1)), door.Instance.ScriptedHistory.LastPeriod);
        Assert.Equal(BucketFunctions.Mean | BucketFunctions.TimeWeighted | BucketFunctions.Max | BucketFunctions.Count | BucketFunctions.First | BucketFunctions.Last, door.Instance.ScriptedHistory.LastFunctions);
        using HttpResponseMessage csv = await door.GetAsync($"{Path}?every=PT1M&functions=mean,twa,last", ("Accept", "text/csv"));
        Assert.Equal("t,path,n,mean,twa,last\r\n2026-01-31T12:00:00.0000000Z,flow,3,2.5,,\"on, \"\"off\"\"\"\r\n", await csv.Content.ReadAsStringAsync(HttpDoor.Cancelled));
    }

    [Fact]
    public async Task CSV_names_the_next_page_in_a_header()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.ScriptedHistory.Points = Page;
        using HttpResponseMessage response = await door.GetAsync($"{Path}?limit=3", ("Accept", "text/csv, application/json;q=0.5"));
        string expected = string.Join("\r\n",
            "t,path,v,q",
            "2026-01-31T12:00:00.0000000Z,flow,12.5,good",
            "2026-01-31T12:00:00.0000001Z,flow,1E-07,uncertain",
            "2026-01-31T12:00:00.0000001Z,flow,,bad",
            "2026-01-31T12:00:00.0000000Z,motor.note,\"a \"\"b\"\", c\nd\",good",
            "2026-01-31T12:00:00.0000001Z,motor.note,\"{\"\"x\"\":[1,2]}\",good",
            "");
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(HttpDoor.Cancelled));
        Assert.Equal("text/csv; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal($"<{door.Address.GetLeftPart(UriPartial.Authority)}{Path}?limit=3&continuationToken=next%2F1>; rel=\"next\"", response.Headers.GetValues("Link").Single());
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/json")]
    [InlineData("text/csv;q=0.1, application/json")]
    [InlineData("text/csv;q=0")]
    [InlineData("nonsense///")]
    public async Task Otherwise_the_answer_is_JSON(string accept)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        using HttpResponseMessage response = await door.GetAsync(Path, ("Accept", accept));
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("from=1", "GMW010")]
    [InlineData("from=2026-01-31T12:00:00Z&to=2026-01-31T11:00:00Z", "GMW010")]
    [InlineData("limit=0", "GMW010")]
    [InlineData("order=up", "GMW010")]
    [InlineData("include=bad", "GMW010")]
    [InlineData("boundary=next", "GMW010")]
    [InlineData("functions=mean", "GMW010")]
    [InlineData("every=PT1M&functions=mean,median", "GMW010")]
    [InlineData("every=PT1M&functions=1", "GMW010")]
    [InlineData("every=soon", "GMH008")]
    [InlineData("every=PT0S", "GMH008")]
    public async Task A_parameter_that_is_none_is_refused(string query, string code)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await HttpDoor.ErrorOf(await door.GetAsync($"{Path}?{query}"), 400, "InvalidArgument", code);
    }

    [Fact]
    public async Task Errors_of_the_store_are_passed_on()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.ScriptedHistory.Points = GraphErrors.TwinNotFound.With("p/1");
        await HttpDoor.ErrorOf(await door.GetAsync(Path), 404, "DigitalTwinNotFound", "GMG010");
    }

    [Fact]
    public async Task Links_name_the_public_address_where_one_is_set()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync(o => o.PublicUrl = new Uri("https://twins.example.org/gemel/"));
        door.Instance.ScriptedHistory.Points = Page;
        JsonElement answer = await door.GetJsonAsync(Path, ("X-Forwarded-Host", "evil.example"), ("Forwarded", "host=evil.example"));
        Assert.StartsWith($"https://twins.example.org/gemel{Path}?continuationToken=", answer.GetProperty("nextLink").GetString());
    }

    [Fact]
    public async Task Links_never_follow_forwarded_headers()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        door.Instance.ScriptedHistory.Points = Page;
        JsonElement answer = await door.GetJsonAsync(Path, ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"));
        Assert.StartsWith(door.Address.ToString(), answer.GetProperty("nextLink").GetString());
    }

    private static HistoryPoint Point(Timestamp time, string json, Quality quality = Quality.Good, string? reason = null) => new(time, Encoding.UTF8.GetBytes(json), quality, reason);
}
