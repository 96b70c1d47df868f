namespace Gemel.Cluster.Tests;

public sealed class TwinListTests
{
    [Fact]
    public async Task Pages_hold_every_twin_once_in_ordinal_order_over_all_shards()
    {
        await using TestInstance instance = await TestInstance.StartAsync(new InstanceOptions { Shards = 4 });
        string[] ids = [.. Enumerable.Range(0, 23).Select(i => i % 2 == 0 ? $"a{i}" : $"B{i}")];
        await Task.WhenAll(ids.Select(id => instance.PutPumpAsync(id)));
        foreach (int limit in (int[])[1, 2, 7, 23, 100])
        {
            List<string> found = [];
            IReadOnlyList<TwinListing> page;
            do
            {
                page = instance.Instance.Twins.List(prefix: null, model: null, after: found.Count == 0 ? null : found[^1], limit);
                Assert.True(page.Count <= limit);
                found.AddRange(page.Select(t => t.Id.Value));
            }
            while (page.Count > 0);
            Assert.Equal(ids.Order(StringComparer.Ordinal), found);
        }
    }

    [Fact]
    public async Task A_prefix_and_a_model_narrow_the_list()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await instance.PutPumpAsync("a1");
        await instance.PutPumpAsync("a2");
        await instance.PutPumpAsync("b1");
        ITwinStore twins = instance.Instance.Twins;
        Assert.Equal(["a1", "a2"], twins.List("a", null, null, 10).Select(t => t.Id.Value));
        Assert.Equal(["a2"], twins.List("a", new ModelId(TestInstance.PumpModel), "a1", 10).Select(t => t.Id.Value));
        Assert.Empty(twins.List(null, new ModelId("dtmi:test:Other;1"), null, 10));
    }
}
