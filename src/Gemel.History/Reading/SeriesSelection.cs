namespace Gemel.History;

/// <summary>The series that answer each path of a request.</summary>
internal sealed class SeriesSelection
{
    private const int LargestTable = 65_536;

    private readonly Series[][] _byPath;
    private readonly int[] _table;
    private readonly Dictionary<int, int> _sparse = [];

    public SeriesSelection(SeriesCatalog catalog, IReadOnlyList<TwinKey> twins, IReadOnlyList<string> paths)
    {
        Series[] all = [.. twins.Distinct().SelectMany(catalog.Of)];
        _byPath = [.. paths.Select(path => Array.FindAll(all, series => series.Path == path))];
        IEnumerable<int> ids = _byPath.SelectMany(series => series).Select(series => series.Id.Value);
        IsEmpty = !ids.Any();
        (Min, Max) = IsEmpty ? (0, 0) : (ids.Min(), ids.Max());
        _table = Max - Min < LargestTable ? new int[Max - Min + 1] : [];
        Array.Fill(_table, -1);
        for (int path = 0; path < _byPath.Length; path++)
        {
            foreach (Series series in _byPath[path])
            {
                if (_table.Length > 0)
                {
                    _table[series.Id.Value - Min] = path;
                }
                else
                {
                    _sparse[series.Id.Value] = path;
                }
            }
        }
    }

    public int PathCount => _byPath.Length;

    public bool IsEmpty { get; }

    public int Min { get; }

    public int Max { get; }

    /// <summary>The series of a path, over all lives and units.</summary>
    public IReadOnlyList<Series> Of(int path) => _byPath[path];

    /// <summary>The path that a series belongs to; -1 where it is not wanted.</summary>
    public int PathOf(int series)
    {
        if (_table.Length > 0)
        {
            uint at = (uint)(series - Min);
            return at < (uint)_table.Length ? _table[at] : -1;
        }
        return _sparse.GetValueOrDefault(series, -1);
    }
}
