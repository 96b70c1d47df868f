using CsCheck;
using Gemel.Modeling;

namespace Gemel.Cluster.Tests;

public sealed class CatalogCodecTests
{
    private static readonly Gen<string> Id = Gen.String[Gen.Char.AlphaNumeric, 1, 12];
    private static readonly Gen<Timestamp> Time = Gen.Long[1, DateTime.MaxValue.Ticks].Select(ticks => new Timestamp(ticks));

    private static readonly Gen<DeviceRecord> Device = Gen.Select(Id, Id.List[0, 4], Gen.String, Time, Id.Null(), Gen.Long[1, TimeSpan.TicksPerDay].Nullable())
        .Select((id, twins, hash, created, mapping, interval) => new DeviceRecord(
            DeviceId.Create(id), [.. twins.Select(TwinId.Create)], hash, created, mapping, interval is { } ticks ? new TimeSpan(ticks) : null));

    private static readonly Gen<MappingRecord> Mapping = Gen.Select(Id, Gen.Byte.Array[0, 50], Time)
        .Select((name, document, changed) => new MappingRecord(name, document, changed));

    [Fact]
    public void Reading_inverts_writing()
    {
        Gen.Select(Device.List[0, 6], Mapping.List[0, 6], Gen.Long[0, long.MaxValue]).Sample((devices, mappings, commit) =>
        {
            Catalog catalog = Catalog.Empty with
            {
                Devices = Catalog.Empty.Devices.SetItems(devices.Select(d => KeyValuePair.Create(d.Id.Value, d))),
                Mappings = Catalog.Empty.Mappings.SetItems(mappings.Select(m => KeyValuePair.Create(m.Name, m))),
                Commit = commit,
            };
            Catalog read = CatalogCodec.Read(CatalogCodec.Write(catalog));
            Assert.Equal(commit, read.Commit);
            Assert.Equal(catalog.Devices.Values.Select(Shown), read.Devices.Values.Select(Shown));
            Assert.Equal(catalog.Mappings.Values.Select(Shown), read.Mappings.Values.Select(Shown));
        });
    }

    [Fact]
    public async Task Models_come_back_with_their_schema_ids_decommissioned_and_deleted_ones_too()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        ModelId pump = new(TestInstance.PumpModel);
        await AddAsync(instance, "dtmi:test:Gone;1");
        await AddAsync(instance, "dtmi:test:Old;1");
        _ = (await instance.Instance.Models.DeleteAsync(new ModelId("dtmi:test:Gone;1"), TestInstance.Tester, TestInstance.Cancelled)).Value;
        _ = (await instance.Instance.Models.DecommissionAsync(new ModelId("dtmi:test:Old;1"), decommissioned: true, TestInstance.Tester, TestInstance.Cancelled)).Value;

        ModelSet before = instance.Instance.Catalog.Models;
        ModelSet after = CatalogCodec.Read(CatalogCodec.Write(instance.Instance.Catalog)).Models;
        Assert.Equal(before.NextSchemaId, after.NextSchemaId);
        Assert.Equal(before.Stored.Select(Shown), after.Stored.Select(Shown));
        Assert.False(after.TryGet(new ModelId("dtmi:test:Gone;1"), out _));
        Assert.True(after.TryGet(pump, out ModelEntry? model) && before.TryGet(pump, out ModelEntry? known) && model.Schema.Id == known.Schema.Id);
    }

    private static async Task AddAsync(TestInstance instance, string id)
    {
        string document = $$"""{"@context":"dtmi:dtdl:context;3","@id":"{{id}}","@type":"Interface","contents":[]}""";
        _ = (await instance.Instance.Models.AddAsync([new ModelDocument(null, System.Text.Encoding.UTF8.GetBytes(document))], TestInstance.Tester, TestInstance.Cancelled)).Value;
    }

    private static string Shown(DeviceRecord device) =>
        $"{device.Id}|{string.Join(',', device.Twins)}|{device.SecretHash}|{device.Created.Ticks}|{device.Mapping}|{device.Interval?.Ticks}";

    private static string Shown(MappingRecord mapping) => $"{mapping.Name}|{Convert.ToHexString(mapping.Document.Span)}|{mapping.Changed.Ticks}";

    private static string Shown(StoredModel model) =>
        $"{model.SchemaId}|{Convert.ToHexString(model.Document.Span)}|{model.UploadTime.Ticks}|{model.IsDecommissioned}|{model.IsDeleted}";
}
