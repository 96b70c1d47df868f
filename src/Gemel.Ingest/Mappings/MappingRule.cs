namespace Gemel.Ingest;

/// <summary>One rule of a mapping: a selector, a target, a conversion.</summary>
/// <param name="Number">Position in the document, from 0.</param>
/// <param name="Tag">Selects exactly this tag; at most one of this and <paramref name="Pattern"/> is set.</param>
/// <param name="Topic">Selects messages of these topics; null where the topic does not matter.</param>
/// <param name="Twin">The target; null only where the rule ignores.</param>
/// <param name="Path">The target; null where the rule ignores, or takes whole payloads of names to values.</param>
public sealed record MappingRule(
    int Number, string? Tag, TagPattern? Pattern, TagPattern? Topic, TextTemplate? Twin, TextTemplate? Path, bool IsIgnored, ValueConversion Conversion)
{
    /// <summary>The rule selects by topic alone and takes the payload as a whole.</summary>
    public bool TakesWholePayload => Topic is not null && Tag is null && Pattern is null;
}

/// <summary>A rule that was found for a tag.</summary>
/// <param name="Values">What the placeholders of its topic and pattern took.</param>
public readonly record struct MappingMatch(MappingRule Rule, IReadOnlyDictionary<string, string> Values);
