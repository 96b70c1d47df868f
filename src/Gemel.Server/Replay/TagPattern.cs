using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Gemel.Server.Replay;

/// <summary>A pattern of tags with placeholders, after docs/reference/mapping.md.</summary>
internal sealed class TagPattern
{
    private readonly Regex _regex;

    private TagPattern(string text, Regex regex, IReadOnlyList<string> names)
    {
        Text = text;
        _regex = regex;
        Names = names;
    }

    public string Text { get; }

    /// <summary>The placeholders, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    public static Outcome<TagPattern> Parse(string text)
    {
        if (!PlaceholderText.TrySplit(text, allowRest: true, out IReadOnlyList<PlaceholderPart> parts, out string problem))
        {
            return ServerErrors.InvalidPattern.With(text, problem);
        }
        var names = parts.Where(p => p.IsPlaceholder).Select(p => p.Text).ToList();
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Count)
        {
            return ServerErrors.InvalidPattern.With(text, "has the same placeholder twice");
        }
        if (parts.Zip(parts.Skip(1)).Any(pair => pair.First.IsPlaceholder && pair.Second.IsPlaceholder))
        {
            return ServerErrors.InvalidPattern.With(text, "has two placeholders that touch");
        }
        if (parts.SkipLast(1).Any(p => p.IsRest))
        {
            return ServerErrors.InvalidPattern.With(text, "has '{*…}' before its end");
        }
        return new TagPattern(text, new Regex(RegexOf(parts), RegexOptions.CultureInvariant | RegexOptions.Singleline), names);
    }

    /// <summary>Matches the whole tag.</summary>
    /// <param name="values">What each placeholder took.</param>
    public bool TryMatch(string tag, [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? values)
    {
        Match match = _regex.Match(tag);
        values = match.Success ? Names.ToDictionary(n => n, n => match.Groups[n].Value, StringComparer.Ordinal) : null;
        return match.Success;
    }

    private static string RegexOf(IReadOnlyList<PlaceholderPart> parts)
    {
        var regex = new StringBuilder(@"\A");
        foreach (PlaceholderPart part in parts)
        {
            regex.Append(part switch
            {
                { IsRest: true } => $"(?<{part.Text}>.+)",
                { IsPlaceholder: true } => $"(?<{part.Text}>[^./]+?)",
                _ => Regex.Escape(part.Text),
            });
        }
        return regex.Append(@"\z").ToString();
    }
}
