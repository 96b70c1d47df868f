using System.Collections.Concurrent;
using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>Marks twins with what is known of their devices: how often values should come, and since when the device is lost.
/// Shown as uncertain quality at reading; never journaled.</summary>
/// <remarks>Threading: any thread; enters the gates of shards while it holds its own, never the other way round.</remarks>
internal sealed class TwinMarks
{
    private readonly ConcurrentDictionary<TwinId, Mark> _byTwin = new();
    private readonly Dictionary<TwinId, List<DeviceId>> _devicesOf = [];
    private readonly Lock _gate = new();
    private Catalog _of = Catalog.Empty;

    /// <summary>Devices of a catalog have changed: marks every twin that was or is bound to them. Costs no more than those do.</summary>
    /// <param name="changed">Ids of all devices that differ from the catalog given before; some may not.</param>
    /// <param name="lostSince">When a device was lost; none for one that is not.</param>
    public void Refresh(Catalog catalog, IReadOnlyCollection<string> changed, ShardSet shards, Func<DeviceId, Timestamp> lostSince)
    {
        lock (_gate)
        {
            HashSet<TwinId> touched = [];
            foreach (string id in changed.Distinct(StringComparer.Ordinal))
            {
                Unbind(_of.Devices.GetValueOrDefault(id), touched);
                Bind(catalog.Devices.GetValueOrDefault(id), touched);
            }
            _of = catalog;
            foreach (TwinId twin in touched)
            {
                Set(twin, shards, lostSince);
            }
        }
    }

    /// <summary>A device was lost, or came back: which of the two is asked here, under the gate, so that the last caller marks what holds.</summary>
    public void Refresh(DeviceId device, ShardSet shards, Func<DeviceId, Timestamp> lostSince)
    {
        lock (_gate)
        {
            foreach (TwinId twin in _of.Devices.GetValueOrDefault(device.Value)?.Twins ?? [])
            {
                Set(twin, shards, lostSince);
            }
        }
    }

    /// <summary>Marks a twin. Under its shard's gate.</summary>
    public void Apply(Twin twin)
    {
        Mark mark = _byTwin.GetValueOrDefault(twin.Id);
        (twin.CommLostSince, twin.ExpectedInterval) = (mark.LostSince, mark.Interval);
    }

    private void Bind(DeviceRecord? device, HashSet<TwinId> touched)
    {
        foreach (TwinId twin in device?.Twins ?? [])
        {
            touched.Add(twin);
            if (!_devicesOf.TryGetValue(twin, out List<DeviceId>? devices))
            {
                _devicesOf[twin] = devices = [];
            }
            devices.Add(device!.Id);
        }
    }

    private void Unbind(DeviceRecord? device, HashSet<TwinId> touched)
    {
        foreach (TwinId twin in device?.Twins ?? [])
        {
            touched.Add(twin);
            if (_devicesOf.TryGetValue(twin, out List<DeviceId>? devices) && devices.Remove(device!.Id) && devices.Count == 0)
            {
                _devicesOf.Remove(twin);
            }
        }
    }

    private void Set(TwinId id, ShardSet shards, Func<DeviceId, Timestamp> lostSince)
    {
        Mark mark = default;
        foreach (DeviceId device in _devicesOf.GetValueOrDefault(id) ?? [])
        {
            // Of several devices the first lost one and the shortest interval count: better doubted than trusted.
            Timestamp lost = lostSince(device);
            mark = new Mark(
                mark.LostSince.IsNone || (!lost.IsNone && lost < mark.LostSince) ? lost : mark.LostSince,
                _of.Devices[device.Value].Interval is { } interval && (mark.Interval == default || interval < mark.Interval) ? interval : mark.Interval);
        }
        if (mark == default)
        {
            _byTwin.TryRemove(id, out _);
        }
        else
        {
            _byTwin[id] = mark;
        }
        Shard shard = shards.Of(id);
        lock (shard.Gate)
        {
            if (shard.Directory.Find(id.Value) is { } twin)
            {
                Apply(twin);
            }
        }
    }

    private readonly record struct Mark(Timestamp LostSince, TimeSpan Interval);
}
