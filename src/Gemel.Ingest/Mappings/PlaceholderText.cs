using System.Text;

namespace Gemel.Ingest;

/// <summary>A piece of a pattern or template.</summary>
/// <param name="Text">The literal, or the placeholder's name.</param>
/// <param name="IsRest">Written <c>{*name}</c>: takes separators too.</param>
internal readonly record struct PlaceholderPart(string Text, bool IsPlaceholder, bool IsRest);

/// <summary>Splits texts with placeholders in braces into their parts; doubled braces stand for one.</summary>
internal static class PlaceholderText
{
    /// <param name="allowRest">Whether <c>{*name}</c> may occur.</param>
    /// <param name="problem">The end of a sentence that begins with the text; empty where all is well.</param>
    public static bool TrySplit(string text, bool allowRest, out IReadOnlyList<PlaceholderPart> parts, out string problem)
    {
        var found = new List<PlaceholderPart>();
        var literal = new StringBuilder();
        parts = found;
        int at = 0;
        while (at < text.Length)
        {
            bool isDoubled = at + 1 < text.Length && text[at] == text[at + 1];
            switch (text[at])
            {
                case '{' or '}' when isDoubled:
                    literal.Append(text[at]);
                    at += 2;
                    break;
                case '}':
                    problem = "has a '}' without '{'";
                    return false;
                case '{':
                    int end = text.IndexOf('}', at);
                    PlaceholderPart part = PlaceholderIn(end < 0 ? "" : text[(at + 1)..end], allowRest);
                    if (!IsName(part.Text))
                    {
                        problem = end < 0 ? "has a '{' without '}'" : "has a placeholder whose name is not letters, digits and '_' after a letter";
                        return false;
                    }
                    Flush(literal, found);
                    found.Add(part);
                    at = end + 1;
                    break;
                default:
                    literal.Append(text[at++]);
                    break;
            }
        }
        Flush(literal, found);
        problem = found.Count == 0 ? "is empty" : "";
        return found.Count > 0;
    }

    private static PlaceholderPart PlaceholderIn(string inside, bool allowRest)
    {
        bool isRest = allowRest && inside.StartsWith('*');
        return new PlaceholderPart(isRest ? inside[1..] : inside, IsPlaceholder: true, isRest);
    }

    private static bool IsName(string name) =>
        name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static void Flush(StringBuilder literal, List<PlaceholderPart> parts)
    {
        if (literal.Length > 0)
        {
            parts.Add(new PlaceholderPart(literal.ToString(), IsPlaceholder: false, IsRest: false));
            literal.Clear();
        }
    }
}
