using System.Globalization;

namespace Gemel.Ingest;

/// <summary>Numbers as text: the digits that were sent reach the value as they are, never through a double and back.</summary>
public static class JsonNumber
{
    /// <summary>Reads a finite number in JSON's grammar, with a leading '+', leading zeros and blanks around it allowed.</summary>
    /// <param name="decimalMark">'.' or ','.</param>
    /// <param name="number">The same digits as JSON allows them; empty where it is none.</param>
    public static bool TryRead(ReadOnlySpan<char> text, char decimalMark, out string number)
    {
        number = "";
        ReadOnlySpan<char> rest = text.Trim();
        bool isNegative = rest is ['-', ..];
        if (rest is ['+' or '-', ..])
        {
            rest = rest[1..];
        }
        int whole = Digits(rest);
        ReadOnlySpan<char> tail = rest[whole..];
        if (whole == 0 || !TrySplitTail(tail, decimalMark, out int fraction))
        {
            return false;
        }
        ReadOnlySpan<char> digits = rest[..whole].TrimStart('0');
        ReadOnlySpan<char> shown = digits.IsEmpty ? "0" : digits;
        string read = fraction == 0
            ? $"{(isNegative ? "-" : "")}{shown}{tail}"
            : $"{(isNegative ? "-" : "")}{shown}.{tail[1..]}";
        bool isFinite = double.IsFinite(double.Parse(read, CultureInfo.InvariantCulture));
        number = isFinite ? read : "";
        return isFinite;
    }

    /// <summary>One form for all ways of writing the same double.</summary>
    public static string Shortest(string number) => Shortest(double.Parse(number, CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Shortest(string)"/>
    public static string Shortest(double number) => number == 0 ? "0" : number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Checks fraction and exponent.</summary>
    /// <param name="fraction">Length of the fraction with its mark; 0 where there is none.</param>
    private static bool TrySplitTail(ReadOnlySpan<char> tail, char decimalMark, out int fraction)
    {
        fraction = 0;
        if (!tail.IsEmpty && tail[0] == decimalMark)
        {
            fraction = 1 + Digits(tail[1..]);
        }
        ReadOnlySpan<char> exponent = tail[fraction..];
        if (fraction == 1 || exponent.IsEmpty)
        {
            return fraction != 1;
        }
        if (exponent[0] is not ('e' or 'E'))
        {
            return false;
        }
        exponent = exponent[1..];
        if (exponent is ['+' or '-', ..])
        {
            exponent = exponent[1..];
        }
        return !exponent.IsEmpty && Digits(exponent) == exponent.Length;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
