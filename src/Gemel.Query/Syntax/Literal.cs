using System.Globalization;
using System.Text;
using Gemel.Query.Values;

namespace Gemel.Query.Syntax;

/// <summary>A constant of a query.</summary>
internal sealed class Literal
{
    private Literal(ScalarKind kind) => Kind = kind;

    public ScalarKind Kind { get; }

    /// <summary>Of a Boolean 0 or 1, of an Integer its value, of a Double its bits.</summary>
    public long Bits { get; private init; }

    /// <summary>Of a Text.</summary>
    public byte[] Utf8 { get; private init; } = [];

    public string Text => Encoding.UTF8.GetString(Utf8);

    public Scalar Value => new(Kind, Bits, Utf8);

    public static Literal Null { get; } = new(ScalarKind.Null);

    public static Literal Of(bool value) => new(ScalarKind.Boolean) { Bits = value ? 1 : 0 };

    /// <param name="value">Lone surrogates become U+FFFD, which no stored text equals by accident.</param>
    public static Literal Of(string value) => new(ScalarKind.Text) { Utf8 = Encoding.UTF8.GetBytes(value) };

    public static Literal OfInteger(long value) => new(ScalarKind.Integer) { Bits = value };

    /// <summary>A whole number where 64 bits hold it, else the nearest double.</summary>
    /// <param name="digits">As the lexer took it, with a minus before it where it is negative.</param>
    /// <returns>Null where it is beyond the range of doubles.</returns>
    public static Literal? OfNumber(string digits)
    {
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            return OfInteger(whole);
        }
        double number = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? new Literal(ScalarKind.Double) { Bits = BitConverter.DoubleToInt64Bits(number) } : null;
    }
}
