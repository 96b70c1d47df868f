using System.Text;

namespace Gemel.Cluster.Tests;

public sealed class MappingTests
{
    private const string Document = """
        mapping: hall
        version: 1
        rules:
          - { pattern: "{pump}.n", twin: "{pump}", path: speed, scale: 0.5, deadband: 1 }
          - { pattern: "{pump}.q", twin: "{pump}", path: flow }
        """;

    private static readonly DeviceId Gateway = DeviceId.Create("gw-1");
    private static readonly Identity Sender = new("device:gw-1", Role.Device, Gateway);

    [Fact]
    public async Task A_gateways_tags_reach_their_twins_by_the_devices_mapping_and_after_a_restart_too()
    {
        string folder;
        {
            TestInstance instance = await StartAsync();
            Assert.Empty((await PublishAsync(instance, """{"p1.n":84,"p2.n":20,"p1.q":3.5}""")).Exceptions);
            Assert.Contains("\"speed\":42", instance.Read("p1"));
            Assert.Contains("\"speed\":10", instance.Read("p2"));
            folder = await instance.StopAsync();
        }
        await using TestInstance reopened = await TestInstance.ReopenAsync(folder);
        await PublishAsync(reopened, """{"p1.n":90}""");
        Assert.Contains("\"speed\":45", reopened.Read("p1"));
    }

    [Fact]
    public async Task The_bindings_of_the_device_hold_whatever_the_mapping_says()
    {
        await using TestInstance instance = await StartAsync();
        WaveReceipt receipt = await PublishAsync(instance, """{"p1.n":84,"p3.n":84}""");
        MessageReceipt exception = Assert.Single(receipt.Exceptions);
        Assert.Equal((MessageDisposition.PartlyRejected, "GMI009"), (exception.Disposition, exception.Errors[0].Code.Code));
        Assert.Contains("\"speed\":1", instance.Read("p3"));

        await instance.Instance.Devices.BindAsync(Gateway, TwinId.Create("p3"), TestInstance.Tester, TestInstance.Cancelled);
        Assert.Empty((await PublishAsync(instance, """{"p3.n":84}""")).Exceptions);
        Assert.Contains("\"speed\":42", instance.Read("p3"));
    }

    [Fact]
    public async Task A_new_version_takes_effect_with_the_next_message_of_an_open_session()
    {
        await using TestInstance instance = await StartAsync();
        using IIngestSession session = instance.Instance.Ingest.Open(Sender, "test");
        await PublishAsync(session, """{"p1.n":84}""");
        await PutAsync(instance, Document.Replace("scale: 0.5", "scale: 2", StringComparison.Ordinal));
        await PublishAsync(session, """{"p1.n":84}""");
        Assert.Contains("\"speed\":168", instance.Read("p1"));
    }

    [Fact]
    public async Task A_deadband_holds_over_sessions_of_the_device()
    {
        await using TestInstance instance = await StartAsync();
        await PublishAsync(instance, """{"p1.n":84}""");
        Assert.Empty((await PublishAsync(instance, """{"p1.n":85}""")).Exceptions);
        Assert.Contains("\"speed\":42", instance.Read("p1"));
        await PublishAsync(instance, """{"p1.n":87}""");
        Assert.Contains("\"speed\":43.5", instance.Read("p1"));
    }

    [Fact]
    public async Task Without_a_mapping_objects_name_their_twins()
    {
        await using TestInstance instance = await StartAsync();
        await instance.Instance.Devices.PutAsync(Gateway, new DeviceSettings(null, Mapping: null, null), TestInstance.Tester, TestInstance.Cancelled);
        WaveReceipt receipt = await PublishAsync(instance, """[{"$twin":"p1","speed":5},{"$twin":"p2","speed":6},{"p1.n":7}]""");
        Assert.Equal("GMI013", Assert.Single(receipt.Exceptions).Errors[0].Code.Code);
        Assert.Contains("\"speed\":5", instance.Read("p1"));
        Assert.Contains("\"speed\":6", instance.Read("p2"));
    }

    [Fact]
    public async Task A_mapping_that_is_wrong_or_has_another_name_is_not_stored()
    {
        await using TestInstance instance = await StartAsync();
        Assert.Equal(["GMI102"], Codes(await PutAsync(instance, Document.Replace("scale: 0.5", "scale: 0", StringComparison.Ordinal))));
        Assert.Equal(["GMC015"], Codes(await PutAsync(instance, Document.Replace("mapping: hall", "mapping: other", StringComparison.Ordinal))));
        Assert.Equal(Document, Encoding.UTF8.GetString(instance.Instance.Catalog.Mappings["hall"].Document.Span));
    }

    [Fact]
    public async Task A_mapping_in_use_cannot_be_deleted_and_one_that_is_not_there_is_none()
    {
        await using TestInstance instance = await StartAsync();
        IMappingStore mappings = instance.Instance.Mappings;
        Assert.Equal(["GMC014"], Codes(await mappings.DeleteAsync("hall", TestInstance.Tester, TestInstance.Cancelled)));
        await instance.Instance.Devices.DeleteAsync(Gateway, TestInstance.Tester, TestInstance.Cancelled);
        Assert.True((await mappings.DeleteAsync("hall", TestInstance.Tester, TestInstance.Cancelled)).Value);
        Assert.False((await mappings.DeleteAsync("hall", TestInstance.Tester, TestInstance.Cancelled)).Value);
        Assert.Empty(instance.Instance.Catalog.Mappings);
    }

    [Fact]
    public async Task A_trial_shows_what_each_tag_becomes_and_changes_nothing()
    {
        await using TestInstance instance = await StartAsync();
        long commit = instance.Instance.DurableCommit;
        IReadOnlyList<MappedValue> values = Try(instance, "hall", """{"p1.n":84,"p3.n":84,"x":1,"p1.q":"fast"}""", Gateway).Value;
        Assert.Equal(
            ["p1.n p1 speed 42 ", "p1.q p1 flow  GMI024", "p3.n p3 speed  GMI009", "x    GMI020"],
            values.Select(v => $"{v.Tag} {v.Twin} {v.Path} {v.ValueJson} {v.Error?.Code.Code}").Order(StringComparer.Ordinal));
        Assert.Null(Assert.Single(Try(instance, "hall", """{"p3.n":84}""", device: null).Value).Error);
        Assert.Equal("GMI005", Assert.Single(Try(instance, "hall", """{"p1.n":84,"$time":"soon"}""", Gateway).Value).Error!.Code.Code);
        Assert.Contains("\"speed\":1", instance.Read("p1"));
        Assert.Equal(commit, instance.Instance.DurableCommit);
    }

    [Theory]
    [InlineData("nowhere", "{}", "gw-1", "GMC012")]
    [InlineData("hall", "{", "gw-1", "GMI001")]
    [InlineData("hall", "{}", "gw-9", "GMC011")]
    public async Task A_trial_of_nothing_says_so(string mapping, string payload, string device, string code)
    {
        await using TestInstance instance = await StartAsync();
        Assert.Equal([code], Codes(Try(instance, mapping, payload, DeviceId.Create(device))));
    }

    private static string[] Codes<T>(Outcome<T> outcome) => [.. outcome.Errors.Select(error => error.Code.Code)];

    private static Outcome<IReadOnlyList<MappedValue>> Try(TestInstance instance, string mapping, string payload, DeviceId? device) =>
        instance.Instance.Mappings.Test(new MappingTrial(
            mapping, default, "devices/gw-1/data", Encoding.UTF8.GetBytes(payload), PayloadFormat.Json, device));

    private static async Task<TestInstance> StartAsync()
    {
        TestInstance instance = await TestInstance.StartAsync(new InstanceOptions { Shards = 4 });
        foreach (string pump in new[] { "p1", "p2", "p3" })
        {
            await instance.PutPumpAsync(pump);
        }
        Assert.Empty((await PutAsync(instance, Document)).Errors);
        DeviceSettings settings = new([TwinId.Create("p1"), TwinId.Create("p2")], Mapping: "hall", Interval: null);
        Assert.Empty((await instance.Instance.Devices.PutAsync(Gateway, settings, TestInstance.Tester, TestInstance.Cancelled)).Errors);
        return instance;
    }

    private static async Task<Outcome<MappingRecord>> PutAsync(TestInstance instance, string document) =>
        await instance.Instance.Mappings.PutAsync("hall", Encoding.UTF8.GetBytes(document), TestInstance.Tester, TestInstance.Cancelled);

    private static async Task<WaveReceipt> PublishAsync(TestInstance instance, string json)
    {
        using IIngestSession session = instance.Instance.Ingest.Open(Sender, "test");
        return await PublishAsync(session, json);
    }

    private static async Task<WaveReceipt> PublishAsync(IIngestSession session, string json)
    {
        session.Add(new DataMessage { Topic = "devices/gw-1/data", Payload = Encoding.UTF8.GetBytes(json) });
        return await await session.FlushAsync(TestInstance.Cancelled);
    }
}
