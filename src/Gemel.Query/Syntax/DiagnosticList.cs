namespace Gemel.Query.Syntax;

/// <summary>The errors of one text, bounded: a text of garbage gives the first ones.</summary>
internal sealed class DiagnosticList(string text)
{
    private const int Most = 50;

    private readonly SortedList<int, GemelError> _errors = [];

    public bool IsEmpty => _errors.Count == 0;

    /// <summary>Adds an error; of several at one place the first one stays, for the others follow from it.</summary>
    public void Add(TextSpan place, GemelError error)
    {
        if (_errors.Count < Most && !_errors.ContainsKey(place.Start))
        {
            string target = text.Substring(place.Start, Math.Min(place.Length, 100));
            _errors.Add(place.Start, target.Length == 0 ? error.At(PositionOf(place.Start)) : error.At(PositionOf(place.Start), target));
        }
    }

    /// <summary>In the order of the text.</summary>
    public IReadOnlyList<GemelError> ToList() => [.. _errors.Values];

    private TextPosition PositionOf(int offset)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, offset);
        return new TextPosition(null, before.Count('\n') + 1, offset - before.LastIndexOf('\n'));
    }
}
