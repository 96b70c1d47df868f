namespace Gemel.Ingest;

/// <summary>A text with placeholders that a matched pattern fills in.</summary>
public sealed class TextTemplate
{
    private readonly IReadOnlyList<PlaceholderPart> _parts;

    private TextTemplate(IReadOnlyList<PlaceholderPart> parts) => _parts = parts;

    /// <param name="names">The placeholders that may be used.</param>
    public static Outcome<TextTemplate> Parse(string text, IReadOnlyCollection<string> names)
    {
        if (!PlaceholderText.TrySplit(text, allowRest: false, out IReadOnlyList<PlaceholderPart> parts, out string problem))
        {
            return IngestErrors.InvalidPattern.With(text, problem);
        }
        string? unknown = parts.Where(p => p.IsPlaceholder).Select(p => p.Text).FirstOrDefault(name => !names.Contains(name));
        return unknown is null
            ? new TextTemplate(parts)
            : IngestErrors.InvalidPattern.With(text, $"uses '{{{unknown}}}', which the rule's selector does not have");
    }

    public bool Uses(string name) => _parts.Any(p => p.IsPlaceholder && p.Text == name);

    /// <summary>The text with every placeholder replaced.</summary>
    /// <returns>Null where <paramref name="values"/> lacks one.</returns>
    public string? Fill(IReadOnlyDictionary<string, string> values)
    {
        string?[] filled = new string?[_parts.Count];
        for (int i = 0; i < filled.Length; i++)
        {
            filled[i] = _parts[i].IsPlaceholder ? values.GetValueOrDefault(_parts[i].Text) : _parts[i].Text;
            if (filled[i] is null)
            {
                return null;
            }
        }
        return string.Concat(filled);
    }
}
