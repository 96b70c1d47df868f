namespace Gemel.Ingest;

/// <summary>Says which tag, column or topic of the outside is which path of which twin: docs/reference/mapping.md, read and checked.</summary>
/// <remarks>Immutable; safe for concurrent callers.</remarks>
public sealed class Mapping
{
    private readonly MappingScope _untopical;
    private readonly MappingRule[] _topical;

    internal Mapping(string name, CsvFormat? source, TimeTag? time, bool isUnmatchedIgnored, IReadOnlyList<MappingRule> rules)
    {
        Name = name;
        Csv = source ?? CsvFormat.Default;
        Time = time;
        IsUnmatchedIgnored = isUnmatchedIgnored;
        Rules = rules;
        _topical = [.. rules.Where(rule => rule.Topic is not null)];
        _untopical = new MappingScope(rules.Where(rule => rule.Topic is null).Select(rule => new MappingMatch(rule, MappingScope.NoValues)), next: null);
    }

    public string Name { get; }

    /// <summary>How files are read; the defaults where the mapping has no <c>source</c>.</summary>
    public CsvFormat Csv { get; }

    /// <summary>Where messages or rows carry their time; null where they carry none of their own.</summary>
    public TimeTag? Time { get; }

    /// <summary>A tag that no rule fits is left out in silence, else rejected.</summary>
    public bool IsUnmatchedIgnored { get; }

    /// <summary>In the order of the document.</summary>
    public IReadOnlyList<MappingRule> Rules { get; }

    public bool HasTopics => _topical.Length > 0;

    public bool HasDeadbands => Rules.Any(rule => rule.Conversion.Deadband > 0);

    /// <summary>The rules that are looked at for messages of a topic.</summary>
    /// <param name="topic">Null for a file.</param>
    public MappingScope For(string? topic)
    {
        if (topic is null || _topical.Length == 0)
        {
            return _untopical;
        }
        var matches = new List<MappingMatch>();
        foreach (MappingRule rule in _topical)
        {
            if (rule.Topic!.TryMatch(topic, out IReadOnlyDictionary<string, string>? values))
            {
                matches.Add(new MappingMatch(rule, values));
            }
        }
        return matches.Count == 0 ? _untopical : new MappingScope(matches, _untopical);
    }
}
