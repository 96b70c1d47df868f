namespace Gemel.Modeling;

/// <summary>Gathers all errors of an upload, in the order found; sorted by place at the end.</summary>
internal sealed class ErrorList
{
    /// <summary>Errors kept; a hostile document must not make a million of them.</summary>
    private const int MaxErrors = 1000;

    private readonly List<(GemelError Error, int Document, int Offset)> _errors = [];
    private readonly Dictionary<SourceText, int> _documents = [];

    public bool IsEmpty => _errors.Count == 0;

    public int Count => _errors.Count;

    public void Add(GemelError error)
    {
        if (_errors.Count < MaxErrors)
        {
            _errors.Add((error, int.MaxValue, _errors.Count));
        }
    }

    public void Add(SourceNode node, GemelError error) => Add(node.Source, node.Start, node.Pointer, error);

    public void Add(SourceNode parent, SourceMember member, GemelError error) =>
        Add(parent.Source, member.KeyStart, member.Value.Pointer, error);

    public void Add(SourceText source, int offset, string? target, GemelError error)
    {
        if (_errors.Count < MaxErrors)
        {
            _documents.TryAdd(source, _documents.Count);
            _errors.Add((error.At(source.At(offset), target), _documents[source], offset));
        }
    }

    /// <summary>Makes errors of this document sort before those of documents announced later.</summary>
    public void Announce(SourceText source) => _documents.TryAdd(source, _documents.Count);

    public IReadOnlyList<GemelError> ToList() => [.. _errors.OrderBy(e => e.Document).ThenBy(e => e.Offset).Select(e => e.Error)];
}
