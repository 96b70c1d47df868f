using System.Globalization;
using System.Text.RegularExpressions;

namespace Gemel.Server.Replay;

/// <summary>Numbers as text: a file's digits travel to the server as they are, never through a double and back.</summary>
internal static partial class JsonNumber
{
    /// <summary>Reads a number in JSON's grammar, with a leading '+', leading zeros and blanks around it allowed.</summary>
    /// <param name="number">The same digits as JSON allows them.</param>
    public static bool TryRead(string text, char decimalMark, out string number)
    {
        number = "";
        Match match = Shape().Match(decimalMark == ',' ? WithPoint(text) : text);
        if (!match.Success)
        {
            return false;
        }
        string digits = match.Groups["whole"].Value.TrimStart('0');
        string sign = match.Groups["sign"].Value == "-" ? "-" : "";
        number = $"{sign}{(digits.Length == 0 ? "0" : digits)}{match.Groups["rest"].Value}";
        return double.IsFinite(double.Parse(number, CultureInfo.InvariantCulture));
    }

    /// <summary>One form for all ways of writing the same double.</summary>
    public static string Shortest(string number)
    {
        double value = double.Parse(number, CultureInfo.InvariantCulture);
        return value == 0 ? "0" : value.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string WithPoint(string text) => text.Contains('.', StringComparison.Ordinal) ? "" : text.Replace(',', '.');

    [GeneratedRegex(@"\A\s*(?<sign>[+-]?)(?<whole>[0-9]+)(?<rest>(\.[0-9]+)?([eE][+-]?[0-9]+)?)\s*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
