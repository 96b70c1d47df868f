using System.Net;
using System.Text.Json;
using Gemel.EndToEnd.Clients;

namespace Gemel.EndToEnd.BadInput;

/// <summary>Device clocks that are wrong: no value is lost, and one wrong clock never freezes a twin.</summary>
public sealed class ClockTests(FilledServer server) : IClassFixture<FilledServer>
{
    [Theory]
    [InlineData("\"2099-01-01T00:00:00Z\"")]
    [InlineData("\"1970-01-01T00:00:00Z\"")]
    [InlineData("0")]
    [InlineData("4070908800000")]
    public async Task A_time_that_cannot_be_is_stored_at_server_time_with_doubt(string time)
    {
        string id = await PumpAsync();
        await SendAsync(id, $$"""{"$time":{{time}},"flow":1}""");
        JsonElement flow = (await server.Admin.StateAsync(id)).GetProperty("flow");
        Assert.Equal((1d, "uncertain", "clock"), (flow.GetProperty("$value").GetDouble(), flow.GetProperty("$quality").GetString(), flow.GetProperty("$reason").GetString()));
        await SendAsync(id, """{"flow":2}""");
        Assert.Equal(2, (await server.Admin.StateAsync(id)).GetProperty("flow").GetProperty("$value").GetDouble());
    }

    [Fact]
    public async Task A_clock_that_jumps_both_ways_keeps_every_sample_and_the_next_right_one_is_shown()
    {
        string id = await PumpAsync();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string[] times = [Text(now.AddSeconds(-5)), "2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z", Text(now.AddYears(-1)), "2099-01-01T00:00:00Z", Text(now)];
        for (int i = 0; i < times.Length; i++)
        {
            await SendAsync(id, $$"""{"$time":"{{times[i]}}","flow":{{i}}}""");
        }
        await SendAsync(id, $$"""{"$time":"{{Text(now.AddSeconds(10))}}","flow":6}""");
        Assert.Equal(6, (await server.Admin.StateAsync(id)).GetProperty("flow").GetProperty("$value").GetDouble());
        JsonElement history = (await server.Admin.GetAsync($"api/v1/digitaltwins/{id}/history?include=all&paths=flow")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], history.GetProperty("series")[0].GetProperty("points").EnumerateArray().Select(p => p.GetProperty("v").GetDouble()).Order());

        static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'");
    }

    private async Task<string> PumpAsync()
    {
        string id = $"clock-{Guid.NewGuid():N}";
        await server.Admin.AddPumpAsync(id);
        return id;
    }

    private async Task SendAsync(string id, string payload) => (await server.Admin.PostAsync($"api/v1/devices/{id}/data", payload)).Expect(HttpStatusCode.OK);
}
