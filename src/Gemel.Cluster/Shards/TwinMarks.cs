using System.Collections.Concurrent;
using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>Marks twins with what is known of their devices: how often values should come, and since when the device is lost.
/// Shown as uncertain quality at reading; never journaled.</summary>
internal sealed class TwinMarks
{
    private readonly ConcurrentDictionary<string, Mark> _byTwin = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<DeviceId, Timestamp> _lost = new();
    private readonly Lock _gate = new();
    private Catalog _of = Catalog.Empty;

    /// <summary>The devices of a catalog have changed: marks every twin that was or is bound.</summary>
    public void Refresh(Catalog catalog, ShardSet shards)
    {
        lock (_gate)
        {
            if (ReferenceEquals(catalog.Devices, _of.Devices))
            {
                return;
            }
            HashSet<TwinId> touched = [.. Changed(_of, catalog), .. Changed(catalog, _of)];
            _of = catalog;
            foreach (TwinId twin in touched)
            {
                Set(twin, catalog, shards);
            }
        }
    }

    /// <summary>A device was lost, or came back (none).</summary>
    public void SetLost(DeviceId device, Timestamp since, ShardSet shards)
    {
        lock (_gate)
        {
            if (since.IsNone)
            {
                _lost.TryRemove(device, out _);
            }
            else
            {
                _lost[device] = since;
            }
            foreach (TwinId twin in _of.Devices.GetValueOrDefault(device.Value)?.Twins ?? [])
            {
                Set(twin, _of, shards);
            }
        }
    }

    /// <summary>Marks a twin that was just created. Under its shard's gate.</summary>
    public void Apply(Twin twin)
    {
        if (_byTwin.TryGetValue(twin.Id.Value, out Mark mark))
        {
            (twin.CommLostSince, twin.ExpectedInterval) = (mark.LostSince, mark.Interval);
        }
    }

    private static IEnumerable<TwinId> Changed(Catalog from, Catalog to) => from.Devices
        .Where(device => !to.Devices.TryGetValue(device.Key, out DeviceRecord? other) || !ReferenceEquals(other, device.Value))
        .SelectMany(device => device.Value.Twins);

    private void Set(TwinId id, Catalog catalog, ShardSet shards)
    {
        Mark mark = default;
        foreach (DeviceRecord device in catalog.Devices.Values.Where(d => d.Twins.Contains(id)))
        {
            // Of several devices the first lost one and the shortest interval count: better doubted than trusted.
            Timestamp lost = _lost.GetValueOrDefault(device.Id);
            mark = new Mark(
                mark.LostSince.IsNone || (!lost.IsNone && lost < mark.LostSince) ? lost : mark.LostSince,
                device.Interval is { } interval && (mark.Interval == default || interval < mark.Interval) ? interval : mark.Interval);
        }
        _byTwin[id.Value] = mark;
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
