using System.Collections.Immutable;
using Gemel.Cluster.Wire;
using Gemel.Modeling;
using Google.Protobuf;
using StoredModel = Gemel.Modeling.StoredModel;

namespace Gemel.Cluster;

/// <summary>The catalog in the journal and in checkpoints: changes applied, states written and read (catalog.proto).</summary>
internal static class CatalogCodec
{
    public static Catalog Apply(Catalog catalog, CatalogChange change, long commit)
    {
        Catalog changed = change.KindCase switch
        {
            CatalogChange.KindOneofCase.ModelsAdded =>
                catalog with { Models = catalog.Models.AddStored(change.ModelsAdded.Models.Select(FromWire)) },
            CatalogChange.KindOneofCase.ModelDecommissioned =>
                catalog with { Models = catalog.Models.Decommission(new ModelId(change.ModelDecommissioned.Id), change.ModelDecommissioned.Decommissioned).Value },
            CatalogChange.KindOneofCase.ModelDeleted => catalog with { Models = catalog.Models.Delete(new ModelId(change.ModelDeleted)).Value },
            CatalogChange.KindOneofCase.DevicePut => catalog with { Devices = catalog.Devices.SetItem(change.DevicePut.Id, FromWire(change.DevicePut)) },
            CatalogChange.KindOneofCase.DeviceDeleted => catalog with { Devices = catalog.Devices.Remove(change.DeviceDeleted) },
            CatalogChange.KindOneofCase.MappingPut => catalog with { Mappings = catalog.Mappings.SetItem(change.MappingPut.Name, FromWire(change.MappingPut)) },
            CatalogChange.KindOneofCase.MappingDeleted => catalog with { Mappings = catalog.Mappings.Remove(change.MappingDeleted) },
            CatalogChange.KindOneofCase.KeyPut => catalog with { Keys = catalog.Keys.SetItem(change.KeyPut.Name, KeyCodec.FromWire(change.KeyPut)) },
            CatalogChange.KindOneofCase.KeyDeleted => catalog with { Keys = catalog.Keys.Remove(change.KeyDeleted) },
            _ => throw new GemelException(ClusterErrors.ForeignCommit.With(commit, "it changes the catalog in a way this version does not know")),
        };
        return changed with { Commit = commit };
    }

    public static byte[] Write(Catalog catalog)
    {
        CatalogState state = new() { Commit = catalog.Commit, NextSchemaId = catalog.Models.NextSchemaId };
        state.Models.AddRange(catalog.Models.Stored.Select(ToWire));
        state.Devices.AddRange(catalog.Devices.Values.Select(ToWire));
        state.Mappings.AddRange(catalog.Mappings.Values.Select(ToWire));
        state.Keys.AddRange(catalog.Keys.Values.Select(KeyCodec.ToWire));
        return state.ToByteArray();
    }

    public static Catalog Read(byte[] bytes)
    {
        CatalogState state = CatalogState.Parser.ParseFrom(bytes);
        return Catalog.Empty with
        {
            Models = ModelSet.Restore(state.Models.Select(FromWire), state.NextSchemaId),
            Devices = Catalog.Empty.Devices.AddRange(state.Devices.Select(d => KeyValuePair.Create(d.Id, FromWire(d)))),
            Mappings = Catalog.Empty.Mappings.AddRange(state.Mappings.Select(m => KeyValuePair.Create(m.Name, FromWire(m)))),
            Keys = Catalog.Empty.Keys.AddRange(state.Keys.Select(k => KeyValuePair.Create(k.Name, KeyCodec.FromWire(k)))),
            Commit = state.Commit,
        };
    }

    public static Wire.StoredModel ToWire(StoredModel model) => new()
    {
        SchemaId = model.SchemaId,
        Document = UnsafeByteOperations.UnsafeWrap(model.Document),
        UploadTime = model.UploadTime.Ticks,
        Decommissioned = model.IsDecommissioned,
        Deleted = model.IsDeleted,
    };

    public static Device ToWire(DeviceRecord device)
    {
        Device wire = new()
        {
            Id = device.Id.Value,
            SecretHash = device.SecretHash,
            Created = device.Created.Ticks,
            Mapping = device.Mapping ?? "",
            Interval = device.Interval?.Ticks ?? 0,
            RequiresCertificate = device.RequiresCertificate,
        };
        wire.Twins.AddRange(device.Twins.Select(twin => twin.Value));
        return wire;
    }

    public static Mapping ToWire(MappingRecord mapping) => new()
    {
        Name = mapping.Name,
        Document = UnsafeByteOperations.UnsafeWrap(mapping.Document),
        Changed = mapping.Changed.Ticks,
    };

    private static StoredModel FromWire(Wire.StoredModel wire) =>
        new(wire.SchemaId, wire.Document.Memory, new Timestamp(wire.UploadTime), wire.Decommissioned, wire.Deleted);

    private static DeviceRecord FromWire(Device wire) => new(
        DeviceId.Create(wire.Id),
        [.. wire.Twins.Select(TwinId.Create)],
        wire.SecretHash,
        new Timestamp(wire.Created),
        wire.Mapping.Length == 0 ? null : wire.Mapping,
        wire.Interval == 0 ? null : new TimeSpan(wire.Interval))
    {
        RequiresCertificate = wire.RequiresCertificate,
    };

    private static MappingRecord FromWire(Mapping wire) => new(wire.Name, wire.Document.Memory, new Timestamp(wire.Changed));
}
