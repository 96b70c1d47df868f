using System.Net;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Contract;

/// <summary>The contract's section "Values", through a running server.</summary>
public sealed class ValueTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task An_envelope_brings_unit_time_quality_and_reason()
    {
        string id = await PumpAsync();
        await SendAsync(id, """{"motor":{"temperature":{"$value":212,"$unit":"degreeFahrenheit","$time":"2026-05-01T12:00:00.1234567Z","$quality":"uncertain","$reason":"calibrating"}}}""");
        JsonElement temperature = (await server.Admin.StateAsync(id)).GetProperty("motor").GetProperty("temperature");
        Assert.Equal(100, temperature.GetProperty("$value").GetDouble(), tolerance: 1e-9);
        Assert.Equal("2026-05-01T12:00:00.1234567Z", temperature.GetProperty("$time").GetString());
        JsonElement shown = (await server.Admin.GetAsync($"digitaltwins/{id}")).Json.GetProperty("motor").GetProperty("$metadata").GetProperty("temperature");
        Assert.Equal(("uncertain", "calibrating"), (shown.GetProperty("quality").GetString(), shown.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Null_is_bad_for_want_of_a_value_and_the_last_value_stays()
    {
        string id = await PumpAsync();
        await SendAsync(id, """{"flow":7}""");
        await SendAsync(id, """{"flow":null}""");
        JsonElement flow = (await server.Admin.StateAsync(id)).GetProperty("flow");
        Assert.Equal((7d, "bad", "noValue"), (flow.GetProperty("$value").GetDouble(), flow.GetProperty("$quality").GetString(), flow.GetProperty("$reason").GetString()));
    }

    [Fact]
    public async Task An_older_sample_goes_to_history_only()
    {
        string id = await PumpAsync();
        await SendAsync(id, """{"$time":"2026-05-01T12:00:10Z","flow":10}""");
        await SendAsync(id, """{"$time":"2026-05-01T12:00:05Z","flow":5}""");
        Assert.Equal(10, (await server.Admin.StateAsync(id)).GetProperty("flow").GetProperty("$value").GetDouble());
        await HistoryIsAsync(id, [5, 10]);
    }

    [Fact]
    public async Task A_repetition_is_taken_and_stored_once_and_a_correction_wins()
    {
        string id = await PumpAsync();
        const string Sample = """{"$time":"2026-05-01T12:00:10Z","flow":10}""";
        await SendAsync(id, Sample);
        string? etag = await EtagAsync(id);
        await SendAsync(id, Sample);
        Assert.Equal(etag, await EtagAsync(id));
        await HistoryIsAsync(id, [10]);
        await SendAsync(id, """{"$time":"2026-05-01T12:00:10Z","flow":11}""");
        await HistoryIsAsync(id, [11]);
        Assert.Equal(11, (await server.Admin.StateAsync(id)).GetProperty("flow").GetProperty("$value").GetDouble());
    }

    [Fact]
    public async Task A_value_set_over_http_holds_until_the_next_device_value()
    {
        string id = await PumpAsync();
        await SendAsync(id, """{"$time":"2026-05-01T12:00:10Z","flow":10}""");
        (await server.Admin.PatchAsync($"digitaltwins/{id}", """[{"op":"replace","path":"/flow","value":99}]""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(99, (await server.Admin.StateAsync(id)).GetProperty("flow").GetProperty("$value").GetDouble());
        await SendAsync(id, """{"$time":"2026-05-01T12:00:11Z","flow":12}""");
        Assert.Equal(12, (await server.Admin.StateAsync(id)).GetProperty("flow").GetProperty("$value").GetDouble());
    }

    [Fact]
    public async Task Telemetry_has_a_present_value_that_azures_body_hides()
    {
        string id = await PumpAsync();
        await SendAsync(id, """{"vibration":0.5}""");
        Assert.Equal(0.5, (await server.Admin.StateAsync(id)).GetProperty("vibration").GetProperty("$value").GetDouble());
        Assert.False((await server.Admin.GetAsync($"digitaltwins/{id}")).Json.TryGetProperty("vibration", out _));
        await HistoryIsAsync(id, [0.5], "vibration");
    }

    [Fact]
    public async Task A_value_that_does_not_fit_is_left_out_beside_seven_good_ones_and_makes_its_path_bad()
    {
        string id = await PumpAsync();
        await SendAsync(id, """{"count":4}""");
        await SendAsync(id, """{"flow":1,"pressure":2,"ratio":0.5,"count":"four","total":5,"running":true,"serial":"s","state":"open"}""", "partlyRejected");
        JsonElement state = await server.Admin.StateAsync(id);
        Assert.Equal((4, "bad", "invalid"), (state.GetProperty("count").GetProperty("$value").GetInt32(), state.GetProperty("count").GetProperty("$quality").GetString(), state.GetProperty("count").GetProperty("$reason").GetString()));
        Assert.All((string[])["flow", "pressure", "ratio", "total", "running", "serial", "state"], name => Assert.Equal("good", state.GetProperty(name).GetProperty("$quality").GetString()));
    }

    private async Task<string> PumpAsync()
    {
        string id = $"pump-{Guid.NewGuid():N}";
        await server.Admin.AddPumpAsync(id);
        return id;
    }

    private async Task SendAsync(string id, string payload, string status = "taken")
    {
        Answer answer = (await server.Admin.PostAsync($"api/v1/devices/{id}/data", payload)).Expect(HttpStatusCode.OK);
        Assert.Equal(status, answer.Json.GetProperty("items")[0].GetProperty("status").GetString());
    }

    private async Task<string?> EtagAsync(string id) => (await server.Admin.GetAsync($"digitaltwins/{id}")).ETag;

    private async Task HistoryIsAsync(string id, double[] expected, string path = "flow")
    {
        JsonElement history = (await server.Admin.GetAsync($"api/v1/digitaltwins/{id}/history?include=all&paths={path}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(expected, history.GetProperty("series")[0].GetProperty("points").EnumerateArray().Select(p => p.GetProperty("v").GetDouble()));
    }
}
