using Gemel.Graph;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Cluster.Tests;

public sealed class DiskReserveTests
{
    private const long Total = 1_000_000_000;

    [Theory]
    [InlineData("5%", 50_000_000)]
    [InlineData("0.5%", 5_000_000)]
    [InlineData("0", 0)]
    [InlineData("0%", 0)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("1.5 MiB", 3L << 19)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("500 kB", 500_000)]
    [InlineData("123", 123)]
    public void A_reserve_is_a_share_or_a_size(string text, long bytes)
    {
        Assert.True(ReservedSpace.TryParse(text, out ReservedSpace space));
        Assert.Equal(bytes, space.Of(Total));
        Assert.Equal(bytes == 0, space.IsNone);
        Assert.Equal(text, space.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("91%")]
    [InlineData("-1%")]
    [InlineData("-5")]
    [InlineData("much")]
    [InlineData("2 gigabytes")]
    [InlineData("99999999999TiB")]
    public void What_is_neither_is_refused(string text) => Assert.False(ReservedSpace.TryParse(text, out _));

    [Fact]
    public async Task Below_the_reserve_device_data_is_refused_and_all_else_goes_on_until_a_tenth_more_is_free()
    {
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
        ScriptedSpace disk = new() { Free = 50_000_000 };
        ReservedSpace.TryParse("5%", out ReservedSpace reserve);
        await using TestInstance instance = await TestInstance.StartAsync(new InstanceOptions { DiskReserve = reserve, DiskSpace = disk }, clock);
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");
        await instance.PutPumpAsync("p1");
        await instance.SendAsync(session, ("p1", """{"flow":1}"""));
        Assert.Null(instance.Instance.Status.IngestRefusal);

        Set(49_999_999);
        GemelException refused = await Assert.ThrowsAsync<GemelException>(() => instance.SendAsync(session, ("p1", """{"flow":2}""")));
        Assert.Equal(ClusterErrors.DiskReserved, refused.Error.Code);
        Assert.Contains("50.0 MB free", refused.Message);
        Assert.Contains("(5%)", refused.Message);
        Assert.Equal(refused.Error.Message, instance.Instance.Status.IngestRefusal);
        Assert.Equal(InstancePhase.Ready, instance.Instance.Status.Phase);
        // Commands, reads and deletions.
        await instance.PutPumpAsync("p2");
        Assert.NotNull(instance.Read("p1"));
        await instance.Instance.Twins.DeleteAsync(TwinId.Create("p2"), WriteCondition.None, TestInstance.Tester, TestInstance.Cancelled);

        Set(54_999_999);
        await Assert.ThrowsAsync<GemelException>(() => instance.SendAsync(session, ("p1", """{"flow":2}""")));
        disk.Fails = true;
        Set(60_000_000);
        await Assert.ThrowsAsync<GemelException>(() => instance.SendAsync(session, ("p1", """{"flow":2}""")));
        disk.Fails = false;
        Set(55_000_000);
        Assert.Null(instance.Instance.Status.IngestRefusal);
        Assert.NotEqual(0, (await instance.SendAsync(session, ("p1", """{"flow":2}"""))).Commit);
        Set(50_000_000);
        await instance.SendAsync(session, ("p1", """{"flow":3}"""));

        void Set(long free)
        {
            disk.Free = free;
            clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Without_a_reserve_data_is_taken_as_long_as_the_disk_takes_it()
    {
        await using TestInstance instance = await TestInstance.StartAsync(new InstanceOptions { DiskSpace = new ScriptedSpace { Free = 0 } });
        using IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test");
        await instance.PutPumpAsync("p1");
        await instance.SendAsync(session, ("p1", """{"flow":1}"""));
    }

    private sealed class ScriptedSpace : IDiskSpace
    {
        public long Free { get; set; }

        public bool Fails { get; set; }

        public DiskSpace Read(string folder) => Fails ? throw new IOException("The disk does not answer") : new DiskSpace(Free, Total);
    }
}
