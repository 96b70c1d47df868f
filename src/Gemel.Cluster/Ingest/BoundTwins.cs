namespace Gemel.Cluster;

/// <summary>The twins that a sender may publish for, looked up anew when the catalog has changed.</summary>
internal sealed class BoundTwins(Identity identity, Func<Catalog> catalog)
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private Catalog? _of;

    public bool Contains(ReadOnlySpan<char> twin)
    {
        if (identity.IsAdministrator)
        {
            return true;
        }
        Catalog present = catalog();
        if (!ReferenceEquals(present, _of))
        {
            Refresh(present);
        }
        return _ids.GetAlternateLookup<ReadOnlySpan<char>>().Contains(twin);
    }

    private void Refresh(Catalog present)
    {
        _of = present;
        _ids.Clear();
        if (identity.Device is { } device && present.Devices.TryGetValue(device.Value, out DeviceRecord? record))
        {
            _ids.UnionWith(record.Twins.Select(twin => twin.Value));
        }
    }
}
