namespace Gemel.Server.Replay;

/// <summary>The part of a mapping that a client needs to read a file: docs/reference/mapping.md.</summary>
/// <param name="Time">Null where the file carries no times.</param>
/// <param name="IsUnmatchedIgnored">A column that no rule maps is left out in silence, else an error.</param>
/// <param name="Rules">In the order of the document.</param>
internal sealed record ReplayMapping(
    string Name, CsvFormat Csv, TimeColumn? Time, bool IsUnmatchedIgnored, IReadOnlyList<ReplayRule> Rules)
{
    /// <summary>The rule of a tag, and what its pattern took: an exact tag first, then patterns in order; null where none matches.</summary>
    public (ReplayRule Rule, IReadOnlyDictionary<string, string> Values)? Find(string tag)
    {
        ReplayRule? exact = Rules.FirstOrDefault(rule => rule.Tag == tag);
        if (exact is not null)
        {
            return (exact, new Dictionary<string, string>());
        }
        foreach (ReplayRule rule in Rules)
        {
            if (rule.Pattern?.TryMatch(tag, out IReadOnlyDictionary<string, string>? values) == true)
            {
                return (rule, values);
            }
        }
        return null;
    }
}

/// <summary>One rule. Either <paramref name="Tag"/> or <paramref name="Pattern"/> is set; twin and path are null only where it ignores.</summary>
internal sealed record ReplayRule(
    string? Tag, TagPattern? Pattern, TextTemplate? Twin, TextTemplate? Path, bool IsIgnored, ValueConversion Conversion);
