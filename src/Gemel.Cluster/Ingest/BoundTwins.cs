namespace Gemel.Cluster;

/// <summary>The twins that a sender may publish for, looked up anew when the catalog has changed.</summary>
internal sealed class BoundTwins(Identity identity, Func<Catalog> catalog)
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private Catalog? _of;
    private DeviceRecord? _record;

    /// <summary>The device as it stands in the catalog now; another object whenever its bindings may have changed.</summary>
    public DeviceRecord? Record
    {
        get
        {
            Refresh();
            return _record;
        }
    }

    public bool Contains(ReadOnlySpan<char> twin)
    {
        Refresh();
        return identity.WritesAll || _ids.GetAlternateLookup<ReadOnlySpan<char>>().Contains(twin);
    }

    private void Refresh()
    {
        Catalog present = catalog();
        if (identity.WritesAll || ReferenceEquals(present, _of))
        {
            return;
        }
        _of = present;
        DeviceRecord? record = identity.Device is { } device ? present.Devices.GetValueOrDefault(device.Value) : null;
        // Most changes of the catalog are not of this device, which may have many twins.
        if (!ReferenceEquals(record, _record))
        {
            _record = record;
            _ids.Clear();
            _ids.UnionWith(record?.Twins.Select(twin => twin.Value) ?? []);
        }
    }
}
