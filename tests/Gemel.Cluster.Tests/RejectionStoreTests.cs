namespace Gemel.Cluster.Tests;

public sealed class RejectionStoreTests
{
    private static readonly DeviceId Device = DeviceId.Create("d1");

    [Fact]
    public void The_oldest_go_when_there_are_too_many_or_they_weigh_too_much()
    {
        RejectionStore store = new(new RejectionOptions(MaxCount: 3, MaxBytes: 100_000));
        for (int i = 1; i <= 5; i++)
        {
            store.Record(Rejected(second: i, payloadBytes: 10_000));
        }
        Assert.Equal([5, 4, 3], NumbersOf(store.Read(default, default, device: null, limit: 10)));
        store.Record(Rejected(second: 6, payloadBytes: 85_000));
        Assert.Equal([6, 5], NumbersOf(store.Read(default, default, device: null, limit: 10)));
        store.Record(Rejected(second: 7, payloadBytes: 100_001));
        Assert.Empty(store.Read(default, default, device: null, limit: 10));
        Assert.Equal(7, store.Total);
    }

    [Fact]
    public void Reading_takes_a_time_range_a_device_and_a_limit()
    {
        RejectionStore store = new(new RejectionOptions());
        for (int i = 1; i <= 4; i++)
        {
            store.Record(Rejected(second: i, payloadBytes: 1) with { Device = i % 2 == 0 ? Device : null });
        }
        Assert.Equal([3, 2], NumbersOf(store.Read(At(2), At(4), device: null, limit: 10)));
        Assert.Equal([4, 2], NumbersOf(store.Read(default, default, Device, limit: 10)));
        Assert.Equal([4], NumbersOf(store.Read(default, default, Device, limit: 1)));
    }

    [Fact]
    public async Task A_follower_sees_its_devices_rejections_and_the_oldest_fall_out_where_it_is_slow()
    {
        RejectionStore store = new(new RejectionOptions());
        await using IAsyncEnumerator<Rejection> follower = store.FollowAsync(Device, capacity: 2, TestInstance.Cancelled).GetAsyncEnumerator(TestInstance.Cancelled);
        ValueTask<bool> first = follower.MoveNextAsync();
        store.Record(Rejected(second: 1, payloadBytes: 1) with { Device = DeviceId.Create("other") });
        store.Record(Rejected(second: 2, payloadBytes: 1) with { Device = Device });
        Assert.True(await first);
        Assert.Equal(2, follower.Current.Number);
        for (int i = 3; i <= 6; i++)
        {
            store.Record(Rejected(second: i, payloadBytes: 1) with { Device = Device });
        }
        Assert.True(await follower.MoveNextAsync());
        Assert.Equal(5, follower.Current.Number);
        Assert.True(await follower.MoveNextAsync());
        Assert.Equal(6, follower.Current.Number);
    }

    private static Rejection Rejected(int second, int payloadBytes) =>
        new(Number: 0, At(second), Device: null, "key:admin", "t", new byte[payloadBytes], payloadBytes, []);

    private static Timestamp At(int second) => Timestamp.From(new DateTimeOffset(2026, 1, 1, 0, 0, second, TimeSpan.Zero));

    private static IEnumerable<long> NumbersOf(IReadOnlyList<Rejection> rejections) => rejections.Select(r => r.Number);
}
