using System.Collections.Concurrent;
using Gemel.Ingest;

namespace Gemel.Cluster;

/// <summary>The mappings of devices, read once per version and shared by all sessions of a device.</summary>
internal sealed class MappingCache(Func<Catalog> catalog)
{
    // A cache of devices that are gone is cleared once it is this much larger than the catalog.
    private const int SlackDevices = 1024;

    private readonly ConcurrentDictionary<string, (MappingRecord Record, Outcome<Mapping> Mapping)> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DeviceMapping> _byDevice = new(StringComparer.Ordinal);

    /// <summary>The mapping that resolves the tags of a device now; null where it has none.</summary>
    public DeviceMapping? Find(string device)
    {
        Catalog present = catalog();
        if (!present.Devices.TryGetValue(device, out DeviceRecord? record)
            || record.Mapping is not { } name
            || !present.Mappings.TryGetValue(name, out MappingRecord? mapping))
        {
            return null;
        }
        if (_byDevice.TryGetValue(device, out DeviceMapping? known) && ReferenceEquals(known.Record, mapping))
        {
            return known;
        }
        if (_byDevice.Count > present.Devices.Count + SlackDevices)
        {
            _byDevice.Clear();
        }
        return _byDevice.AddOrUpdate(
            device,
            _ => new DeviceMapping(mapping, Read(mapping)),
            (_, other) => ReferenceEquals(other.Record, mapping) ? other : new DeviceMapping(mapping, Read(mapping)));
    }

    private Outcome<Mapping> Read(MappingRecord record)
    {
        if (_byName.TryGetValue(record.Name, out (MappingRecord Record, Outcome<Mapping> Mapping) known) && ReferenceEquals(known.Record, record))
        {
            return known.Mapping;
        }
        Outcome<Mapping> read = MappingReader.Read(record.Document.Span, record.Name);
        _byName[record.Name] = (record, read);
        return read;
    }
}

/// <summary>A mapping as one device uses it.</summary>
/// <param name="mapping">Errors where an earlier version of the program stored what this one does not take.</param>
internal sealed class DeviceMapping(MappingRecord record, Outcome<Mapping> mapping)
{
    public MappingRecord Record { get; } = record;

    public Outcome<Mapping> Mapping { get; } = mapping;

    public DeadbandMemory Deadbands { get; } = new();
}
