using System.Collections.Concurrent;

namespace Gemel.History;

/// <summary>All series of a store, by name and by number.</summary>
/// <remarks>Threading: <see cref="GetOrAdd"/> is called by the store's one writer; everything else by anyone at any
/// time. A series is never removed.</remarks>
public sealed class SeriesCatalog
{
    private readonly ConcurrentDictionary<Name, Series> _byName = new();
    private readonly ConcurrentDictionary<TwinKey, Series[]> _byTwin = new();

    // Invariant: elements below _count are set and never change; the array is replaced when it grows.
    private Series[] _series = new Series[64];
    private int _count;

    internal SeriesCatalog()
    {
    }

    public int Count => Volatile.Read(ref _count);

    public Series this[SeriesId id] => Volatile.Read(ref _series)[id.Value];

    /// <summary>The series of this name, made where it does not exist yet.</summary>
    public SeriesId GetOrAdd(TwinKey twin, string twinId, string path, string? unit)
    {
        return _byName.TryGetValue(new Name(twin, path, unit), out Series? known) ? known.Id : Add(twin, twinId, path, unit).Id;
    }

    /// <summary>The series of one life of a twin in order of first appearance; empty where it has none.</summary>
    public IReadOnlyList<Series> Of(TwinKey twin) => _byTwin.TryGetValue(twin, out Series[]? series) ? series : [];

    internal Series Add(TwinKey twin, string twinId, string path, string? unit)
    {
        var added = new Series(new SeriesId(_count), twin, twinId, path, unit);
        Series[] series = _series;
        if (_count == series.Length)
        {
            Array.Resize(ref series, series.Length * 2);
        }
        series[_count] = added;
        // Publish the array, then the count, then the names: whoever finds a number also finds its series.
        Volatile.Write(ref _series, series);
        Volatile.Write(ref _count, _count + 1);
        _byTwin[twin] = [.. Of(twin), added];
        _byName[new Name(twin, path, unit)] = added;
        return added;
    }

    private readonly record struct Name(TwinKey Twin, string Path, string? Unit);
}
