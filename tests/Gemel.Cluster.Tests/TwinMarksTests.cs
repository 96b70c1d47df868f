using Gemel.Graph;

namespace Gemel.Cluster.Tests;

public sealed class TwinMarksTests
{
    private static readonly Timestamp Earlier = Timestamp.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly Timestamp Later = Timestamp.From(new DateTimeOffset(2026, 1, 1, 0, 1, 0, TimeSpan.Zero));

    private readonly Dictionary<DeviceId, Timestamp> _lost = [];

    [Fact]
    public async Task News_of_a_loss_that_comes_after_the_devices_return_marks_nothing()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await instance.PutPumpAsync("p1");
        (ShardSet shards, TwinMarks marks) = (ShardsOf(instance), new TwinMarks());
        marks.Refresh(With(Device("d1", null, "p1")), ["d1"], shards, Lost);
        _lost[DeviceId.Create("d1")] = Later;
        marks.Refresh(DeviceId.Create("d1"), shards, Lost);
        Assert.Equal(Later, Find(shards).CommLostSince);

        // The device is back before the thread that saw it go has told so.
        _lost.Clear();
        marks.Refresh(DeviceId.Create("d1"), shards, Lost);
        marks.Refresh(DeviceId.Create("d1"), shards, Lost);
        Assert.True(Find(shards).CommLostSince.IsNone);
    }

    [Fact]
    public async Task Of_several_devices_the_first_lost_one_and_the_shortest_interval_count_until_they_are_unbound()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await instance.PutPumpAsync("p1");
        (ShardSet shards, TwinMarks marks) = (ShardsOf(instance), new TwinMarks());
        _lost[DeviceId.Create("d1")] = Later;
        _lost[DeviceId.Create("d2")] = Earlier;
        marks.Refresh(With(Device("d1", 5, "p1"), Device("d2", 10, "p1"), Device("d3", null, "p1")), ["d1", "d2", "d3"], shards, Lost);
        Assert.Equal((Earlier, TimeSpan.FromSeconds(5)), (Find(shards).CommLostSince, Find(shards).ExpectedInterval));
        marks.Refresh(With(Device("d1", 5, "p1")), ["d2", "d3"], shards, Lost);
        Assert.Equal((Later, TimeSpan.FromSeconds(5)), (Find(shards).CommLostSince, Find(shards).ExpectedInterval));
        marks.Refresh(With(Device("d1", 5, "other")), ["d1"], shards, Lost);
        Assert.Equal((Timestamp.None, TimeSpan.Zero), (Find(shards).CommLostSince, Find(shards).ExpectedInterval));
    }

    private Timestamp Lost(DeviceId device) => _lost.GetValueOrDefault(device);

    private static ShardSet ShardsOf(TestInstance instance) => ((IngestGateway)instance.Instance.Ingest).Services.Shards;

    private static Twin Find(ShardSet shards) => shards.Find("p1", out _)!;

    private static Catalog With(params DeviceRecord[] devices) =>
        Catalog.Empty with { Devices = Catalog.Empty.Devices.AddRange(devices.Select(d => KeyValuePair.Create(d.Id.Value, d))) };

    private static DeviceRecord Device(string id, int? seconds, params string[] twins) => new(
        DeviceId.Create(id), [.. twins.Select(TwinId.Create)], "", Earlier, Mapping: null, seconds is { } s ? TimeSpan.FromSeconds(s) : null);
}
