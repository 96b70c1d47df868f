namespace Gemel.Server.Replay;

/// <summary>A text with placeholders that a matched pattern fills in.</summary>
internal sealed class TextTemplate
{
    private readonly IReadOnlyList<PlaceholderPart> _parts;

    private TextTemplate(IReadOnlyList<PlaceholderPart> parts) => _parts = parts;

    /// <param name="names">The placeholders that may be used.</param>
    public static Outcome<TextTemplate> Parse(string text, IReadOnlyCollection<string> names)
    {
        if (!PlaceholderText.TrySplit(text, allowRest: false, out IReadOnlyList<PlaceholderPart> parts, out string problem))
        {
            return ServerErrors.InvalidPattern.With(text, problem);
        }
        string? unknown = parts.Where(p => p.IsPlaceholder).Select(p => p.Text).FirstOrDefault(name => !names.Contains(name));
        return unknown is null
            ? new TextTemplate(parts)
            : ServerErrors.InvalidPattern.With(text, $"uses '{{{unknown}}}', which the rule's selector does not have");
    }

    public bool Uses(string name) => _parts.Any(p => p.IsPlaceholder && p.Text == name);

    public string Fill(IReadOnlyDictionary<string, string> values) =>
        string.Concat(_parts.Select(p => p.IsPlaceholder ? values[p.Text] : p.Text));
}
