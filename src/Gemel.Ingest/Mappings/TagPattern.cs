using System.Diagnostics.CodeAnalysis;

namespace Gemel.Ingest;

/// <summary>A pattern of tags or topics with placeholders, after docs/reference/mapping.md.</summary>
/// <remarks>
/// Matching takes one pass: each placeholder ends where the literal after it is found first. Going back could never help: a later place of
/// that literal leaves the rest less room, and what it would jump over has no separator in it, so the next placeholder can take it.
/// </remarks>
public sealed class TagPattern
{
    private static readonly System.Buffers.SearchValues<char> Separators = System.Buffers.SearchValues.Create("./");

    private readonly IReadOnlyList<PlaceholderPart> _parts;

    private TagPattern(string text, IReadOnlyList<PlaceholderPart> parts)
    {
        Text = text;
        _parts = parts;
        Names = [.. parts.Where(p => p.IsPlaceholder).Select(p => p.Text)];
    }

    public string Text { get; }

    /// <summary>The placeholders, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Equal for patterns that take the same tags: the text without the placeholders' names.</summary>
    internal string Shape =>
        string.Concat(_parts.Select(p => !p.IsPlaceholder ? p.Text.Replace("{", "{{", StringComparison.Ordinal) : p.IsRest ? "{*}" : "{}"));

    public static Outcome<TagPattern> Parse(string text)
    {
        if (!PlaceholderText.TrySplit(text, allowRest: true, out IReadOnlyList<PlaceholderPart> parts, out string problem))
        {
            return IngestErrors.InvalidPattern.With(text, problem);
        }
        var names = parts.Where(p => p.IsPlaceholder).Select(p => p.Text).ToList();
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Count)
        {
            return IngestErrors.InvalidPattern.With(text, "has the same placeholder twice");
        }
        if (parts.Zip(parts.Skip(1)).Any(pair => pair.First.IsPlaceholder && pair.Second.IsPlaceholder))
        {
            return IngestErrors.InvalidPattern.With(text, "has two placeholders that touch");
        }
        if (parts.SkipLast(1).Any(p => p.IsRest))
        {
            return IngestErrors.InvalidPattern.With(text, "has '{*…}' before its end");
        }
        return new TagPattern(text, parts);
    }

    /// <summary>Matches the whole tag.</summary>
    /// <param name="values">What each placeholder took.</param>
    public bool TryMatch(string tag, [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? values)
    {
        Span<Range> taken = Names.Count <= 16 ? stackalloc Range[16] : new Range[Names.Count];
        values = null;
        if (!TryMatch(tag, taken))
        {
            return false;
        }
        var found = new Dictionary<string, string>(Names.Count, StringComparer.Ordinal);
        for (int i = 0; i < Names.Count; i++)
        {
            found.Add(Names[i], tag[taken[i]]);
        }
        values = found;
        return true;
    }

    private bool TryMatch(ReadOnlySpan<char> tag, Span<Range> taken)
    {
        int at = 0;
        int placeholders = 0;
        for (int i = 0; i < _parts.Count; i++)
        {
            PlaceholderPart part = _parts[i];
            if (part.IsPlaceholder)
            {
                int end = EndOf(part, i, tag, at);
                if (end <= at)
                {
                    return false;
                }
                taken[placeholders++] = at..end;
                at = end;
            }
            else if (tag[at..].StartsWith(part.Text, StringComparison.Ordinal))
            {
                at += part.Text.Length;
            }
            else
            {
                return false;
            }
        }
        return at == tag.Length;
    }

    /// <returns>-1 where the placeholder cannot end anywhere.</returns>
    private int EndOf(PlaceholderPart part, int index, ReadOnlySpan<char> tag, int at)
    {
        if (part.IsRest)
        {
            return tag.Length;
        }
        int end = tag.Length;
        if (index + 1 < _parts.Count)
        {
            string literal = _parts[index + 1].Text;
            int found = index + 2 == _parts.Count
                ? tag.Length - literal.Length - at - 1
                : at + 1 <= tag.Length ? tag[(at + 1)..].IndexOf(literal, StringComparison.Ordinal) : -1;
            if (found < 0)
            {
                return -1;
            }
            end = at + 1 + found;
        }
        return tag[at..end].ContainsAny(Separators) ? -1 : end;
    }
}
