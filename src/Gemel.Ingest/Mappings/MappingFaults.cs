namespace Gemel.Ingest;

/// <summary>What is wrong with one mapping: the first slips found, and how many there are beyond.</summary>
/// <remarks>Bounded because a mapping of 1 MiB has room for a hundred thousand slips, and an error weighs fifty times what its cause does.</remarks>
internal sealed class MappingFaults
{
    /// <summary>Errors kept of one mapping.</summary>
    public const int Most = 100;

    private readonly List<GemelError> _first = [];
    private int _count;

    public bool Any => _count > 0;

    public void Add(GemelError error)
    {
        if (_count++ < Most)
        {
            _first.Add(error);
        }
    }

    /// <summary>In the order of the text; last, without a place, one error that counts those left out.</summary>
    public IReadOnlyList<GemelError> InOrder()
    {
        IEnumerable<GemelError> ordered = _first.OrderBy(error => error.Position?.Line).ThenBy(error => error.Position?.Column);
        return _count <= Most ? [.. ordered] : [.. ordered, IngestErrors.MoreMappingErrors.With(_count - Most, Most)];
    }
}
