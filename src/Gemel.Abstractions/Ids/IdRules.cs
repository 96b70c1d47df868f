using System.Text;

namespace Gemel;

/// <summary>The one rule for names given from outside: twins, devices, relationships.</summary>
public static class IdRules
{
    /// <summary>Most characters (Unicode scalar values) an id may have.</summary>
    public const int MaxCharacters = 128;

    /// <summary>Says whether <paramref name="value"/> is an id: 1–128 Unicode characters, no control characters, valid
    /// UTF-16, none of <c>/ # + $</c> as its first character, and not <c>.</c> or <c>..</c>, which no path can name: RFC 3986, 5.2.4,
    /// takes them away, percent-encoded too, before a request leaves most clients.</summary>
    /// <param name="value">The candidate, already percent-decoded.</param>
    /// <param name="problem">What is wrong, as the end of a sentence ("is empty"); empty where nothing is.</param>
    public static bool IsValid(ReadOnlySpan<char> value, out string problem)
    {
        problem = Problem(value);
        return problem.Length == 0;
    }

    private static string Problem(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty)
        {
            return "is empty";
        }
        if (value[0] is '/' or '#' or '+' or '$')
        {
            return $"begins with '{value[0]}'";
        }
        if (value is "." or "..")
        {
            return "is a step within a path, and no address could name it";
        }
        int characters = 0;
        ReadOnlySpan<char> rest = value;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out Rune rune, out int consumed) != System.Buffers.OperationStatus.Done)
            {
                return "has an unpaired surrogate";
            }
            if (Rune.IsControl(rune))
            {
                return $"has the control character U+{rune.Value:X4}";
            }
            characters++;
            rest = rest[consumed..];
        }
        return characters > MaxCharacters ? $"has {characters} characters; at most {MaxCharacters} are allowed" : "";
    }
}
