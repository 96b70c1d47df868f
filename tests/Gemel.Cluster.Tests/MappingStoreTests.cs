using System.Text;

namespace Gemel.Cluster.Tests;

public sealed class MappingStoreTests
{
    private const string Document = "mapping: m1\nversion: 1\nrules:\n  - { tag: PT-100, twin: p1, path: flow }\n";

    [Fact]
    public async Task A_mapping_is_stored_under_its_own_name_only()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        Assert.True((await PutAsync(instance, "m1", Document)).IsSuccess);
        Assert.Equal(Document, Encoding.UTF8.GetString(instance.Instance.Catalog.Mappings["m1"].Document.Span));
        Assert.Equal(ClusterErrors.MappingNameDiffers, (await PutAsync(instance, "m2", Document)).Errors[0].Code);
        Assert.False((await PutAsync(instance, "m1", "no: mapping")).IsSuccess);
        Assert.Equal(["m1"], instance.Instance.Catalog.Mappings.Keys);
    }

    [Fact]
    public async Task A_mapping_that_a_device_uses_cannot_be_deleted()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        Assert.Equal(ClusterErrors.MappingNotFound, (await PutDeviceAsync(instance, "m1")).Errors[0].Code);
        await PutAsync(instance, "m1", Document);
        Assert.True((await PutDeviceAsync(instance, "m1")).IsSuccess);
        IMappingStore mappings = instance.Instance.Mappings;
        Assert.Equal(ClusterErrors.MappingInUse, (await mappings.DeleteAsync("m1", TestInstance.Tester, TestInstance.Cancelled)).Errors[0].Code);
        Assert.True((await PutDeviceAsync(instance, null)).IsSuccess);
        Assert.True((await mappings.DeleteAsync("m1", TestInstance.Tester, TestInstance.Cancelled)).Value);
        Assert.False((await mappings.DeleteAsync("m1", TestInstance.Tester, TestInstance.Cancelled)).Value);
    }

    [Fact]
    public async Task A_trial_shows_what_a_message_would_become_and_changes_nothing()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await instance.PutPumpAsync("p1");
        long commit = instance.Instance.DurableCommit;
        MappingTrial trial = new(null, Encoding.UTF8.GetBytes(Document), "devices/gw/data", """{"PT-100":4.5}"""u8.ToArray(), PayloadFormat.Json, Device: null);
        MappedValue value = Assert.Single(instance.Instance.Mappings.Test(trial).Value);
        Assert.Equal(("PT-100", "p1", "flow", "4.5"), (value.Tag, value.Twin, value.Path, value.ValueJson));
        Assert.Null(value.Error);
        Assert.Equal(commit, instance.Instance.DurableCommit);
        Assert.Equal(ClusterErrors.MappingNotFound, instance.Instance.Mappings.Test(trial with { Mapping = "none" }).Errors[0].Code);
        Assert.Equal(ClusterErrors.DeviceNotFound, instance.Instance.Mappings.Test(trial with { Device = DeviceId.Create("none") }).Errors[0].Code);
    }

    private static async Task<Outcome<MappingRecord>> PutAsync(TestInstance instance, string name, string document) =>
        await instance.Instance.Mappings.PutAsync(name, Encoding.UTF8.GetBytes(document), TestInstance.Tester, TestInstance.Cancelled);

    private static async Task<Outcome<DeviceRegistration>> PutDeviceAsync(TestInstance instance, string? mapping) =>
        await instance.Instance.Devices.PutAsync(DeviceId.Create("gw"), new DeviceSettings(null, mapping, null), TestInstance.Tester, TestInstance.Cancelled);
}
