using System.Buffers;

namespace Gemel.Modeling;

/// <summary>The grammar of digital twin model identifiers and of DTDL names.</summary>
internal static class Dtmi
{
    public const string Scheme = "dtmi:";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private static readonly string[] ReservedPrefixes = ["dtmi:dtdl:", "dtmi:standard:"];

    /// <summary>Letters, digits and underscores; begins with a letter and does not end with an underscore. The same rule
    /// holds for a segment of a DTMI, where it keeps system segments (a leading underscore) out.</summary>
    public static bool IsName(ReadOnlySpan<char> text) =>
        !text.IsEmpty && char.IsAsciiLetter(text[0]) && text[^1] != '_' && !text.ContainsAnyExcept(NameCharacters);

    /// <summary>Says whether the text is a DTMI that a model may define.</summary>
    /// <param name="text">The candidate.</param>
    /// <param name="needsVersion">The version must be there and be an integer (DTDL version 2); else it may be absent or
    /// <c>major.minor</c>.</param>
    public static bool IsValid(ReadOnlySpan<char> text, bool needsVersion)
    {
        if (!text.StartsWith(Scheme))
        {
            return false;
        }
        int separator = text.IndexOf(';');
        ReadOnlySpan<char> path = separator < 0 ? text[Scheme.Length..] : text[Scheme.Length..separator];
        bool versionFits = separator < 0 ? !needsVersion : IsVersion(text[(separator + 1)..], integerOnly: needsVersion);
        if (!versionFits || path.IsEmpty)
        {
            return false;
        }
        foreach (Range segment in path.Split(':'))
        {
            if (!IsName(path[segment]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Says whether the id begins with a prefix of the language, or of the context of IoT Central where that is used.</summary>
    public static bool IsReserved(string text, DtdlContext context) =>
        Array.Exists(ReservedPrefixes, p => text.StartsWith(p, StringComparison.Ordinal))
        || (context.Extensions.Contains(Extensions.Central) && text.StartsWith("dtmi:iotcentral:", StringComparison.Ordinal));

    private static bool IsVersion(ReadOnlySpan<char> text, bool integerOnly)
    {
        int dot = text.IndexOf('.');
        return dot < 0 ? IsNumber(text, maxDigits: 9) : !integerOnly && IsNumber(text[..dot], maxDigits: 9) && IsNumber(text[(dot + 1)..], maxDigits: 6);
    }

    private static bool IsNumber(ReadOnlySpan<char> text, int maxDigits) =>
        !text.IsEmpty && text.Length <= maxDigits && text[0] is >= '1' and <= '9' && !text.ContainsAnyExceptInRange('0', '9');
}
