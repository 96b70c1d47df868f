namespace Gemel.Ingest;

/// <summary>The rules of a mapping that hold for one topic, in their precedence.</summary>
/// <remarks>Immutable; safe for concurrent callers.</remarks>
public sealed class MappingScope
{
    internal static readonly IReadOnlyDictionary<string, string> NoValues = new Dictionary<string, string>();

    private readonly Dictionary<string, MappingMatch> _exact = new(StringComparer.Ordinal);
    private readonly List<MappingMatch> _patterns = [];
    private readonly MappingScope? _next;

    /// <param name="matches">In the order of the document, with what their topics took.</param>
    /// <param name="next">The rules that come after all of these.</param>
    internal MappingScope(IEnumerable<MappingMatch> matches, MappingScope? next)
    {
        _next = next;
        foreach (MappingMatch match in matches)
        {
            if (match.Rule.Tag is { } tag)
            {
                _exact.TryAdd(tag, match);
            }
            else if (match.Rule.Pattern is not null)
            {
                _patterns.Add(match);
            }
            else
            {
                WholePayload ??= match;
            }
        }
    }

    /// <summary>The rule that takes the payload as a whole, before any tag is looked at; null where none does.</summary>
    public MappingMatch? WholePayload { get; }

    /// <summary>The rule of a tag: an exact one first, then the first pattern that fits; null where none does.</summary>
    public MappingMatch? Find(string tag)
    {
        if (_exact.TryGetValue(tag, out MappingMatch exact))
        {
            return exact;
        }
        foreach (MappingMatch match in _patterns)
        {
            if (match.Rule.Pattern!.TryMatch(tag, out IReadOnlyDictionary<string, string>? values))
            {
                return match with { Values = Joined(match.Values, values) };
            }
        }
        return _next?.Find(tag);
    }

    private static IReadOnlyDictionary<string, string> Joined(IReadOnlyDictionary<string, string> topic, IReadOnlyDictionary<string, string> tag) =>
        topic.Count == 0 ? tag : topic.Concat(tag).ToDictionary(StringComparer.Ordinal);
}
