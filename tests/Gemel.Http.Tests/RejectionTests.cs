using System.Text.Json;
using Gemel.Cluster;
using Gemel.Graph;

namespace Gemel.Http.Tests;

public sealed class RejectionTests
{
    [Fact]
    public async Task A_rejection_shows_its_bytes_its_text_and_every_reason()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        GemelError[] reasons = [GraphErrors.TwinNotFound.With("x"), GraphErrors.NullValue.With("flow")];
        door.Instance.Rejections.Record(new Rejection(1, InMemoryTwins.Start, DeviceId.Create("d1"), "device:d1", "devices/d1/data", "{\"é\":1}"u8.ToArray(), 8, [.. reasons]));
        door.Instance.Rejections.Record(new Rejection(2, InMemoryTwins.Start, null, "key:admin", "twins/x/data", new byte[] { 0xFF, 0x00 }, 100_000, [.. reasons]));
        JsonElement list = (await door.GetJsonAsync("/api/v1/rejections")).GetProperty("value");
        Assert.Equal([2, 1], list.EnumerateArray().Select(r => r.GetProperty("number").GetInt32()));
        Assert.Equal("{\"é\":1}", list[1].GetProperty("text").GetString());
        Assert.Equal("{\"é\":1}"u8.ToArray(), list[1].GetProperty("payload").GetBytesFromBase64());
        Assert.Equal(2, list[1].GetProperty("reasons").GetArrayLength());
        Assert.False(list[0].TryGetProperty("text", out _));
        Assert.Equal(100_000, list[0].GetProperty("payloadBytes").GetInt32());
    }

    [Fact]
    public async Task Filters_and_limit_are_passed_on()
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await door.GetJsonAsync("/api/v1/rejections?from=2026-01-31T12:00:00Z&to=2026-01-31T13:00:00%2B01:00&device=d%2F1&limit=7");
        (Timestamp from, Timestamp to, DeviceId? device, int limit) = door.Instance.InMemoryRejections.Last;
        Assert.Equal((InMemoryTwins.Start, InMemoryTwins.Start, "d/1", 7), (from, to, device!.Value.Value, limit));
        await door.GetJsonAsync("/api/v1/rejections?limit=1000000");
        Assert.Equal(1_000, door.Instance.InMemoryRejections.Last.Limit);
    }

    [Theory]
    [InlineData("from=yesterday")]
    [InlineData("to=2026-01-31T12:00:00")]
    [InlineData("limit=0")]
    [InlineData("limit=-1")]
    [InlineData("limit=x")]
    public async Task A_filter_that_is_none_is_refused(string query)
    {
        await using HttpDoor door = await HttpDoor.OpenAsync();
        await HttpDoor.ErrorOf(await door.GetAsync($"/api/v1/rejections?{query}"), 400, "InvalidArgument", "GMW010");
    }
}
