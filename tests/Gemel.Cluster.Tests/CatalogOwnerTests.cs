using Gemel.Modeling;

namespace Gemel.Cluster.Tests;

public sealed class CatalogOwnerTests
{
    [Fact]
    public async Task Each_catalog_is_published_with_the_devices_that_its_commit_changed_and_no_others()
    {
        using CommitBench bench = new();
        List<string[]> published = [];
        bench.Catalog.Published += (_, devices) => published.Add([.. devices]);
        await bench.PutDeviceAsync("d1");
        await bench.PutDeviceAsync("d2");
        await bench.Changes.BindAsync(DeviceId.Create("d1"), TwinId.Create("p1"), TestInstance.Tester, TestInstance.Cancelled);
        await bench.Changes.AddAsync(
            [new ModelDocument(null, """{"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:A;1","@type":"Interface"}"""u8.ToArray())],
            TestInstance.Tester, TestInstance.Cancelled);
        await bench.Changes.DeleteAsync(DeviceId.Create("d2"), TestInstance.Tester, TestInstance.Cancelled);
        Assert.Equal([["d1"], ["d2"], ["d1"], [], ["d2"]], published);
    }

    [Fact]
    public async Task A_device_of_a_commit_that_failed_is_not_published_with_the_next_one()
    {
        using CommitBench bench = new();
        List<string[]> published = [];
        bench.Catalog.Published += (_, devices) => published.Add([.. devices]);
        bench.Disk.IsFull = true;
        await Assert.ThrowsAsync<GemelException>(() => bench.PutDeviceAsync("d1"));
        bench.Disk.IsFull = false;
        await TestInstance.EventuallyAsync(() =>
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
            return bench.Committer.Failure is null;
        });
        await bench.PutDeviceAsync("d2");
        Assert.Equal([["d2"]], published);
    }
}
