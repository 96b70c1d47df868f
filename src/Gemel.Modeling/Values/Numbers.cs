using System.Text.Json;

namespace Gemel.Modeling;

/// <summary>Numbers into the bits of a column.</summary>
internal static class Numbers
{
    /// <summary>Above this a double no longer holds every integer.</summary>
    private const double TwoTo63 = 9_223_372_036_854_775_808d;

    /// <param name="reader">On a number.</param>
    /// <param name="type">Integer, Long or Float.</param>
    /// <param name="bits">The column's bits.</param>
    /// <returns>false where the number does not fit the type.</returns>
    public static bool TryRead(ref Utf8JsonReader reader, PrimitiveType type, out long bits)
    {
        if (type == PrimitiveType.Float)
        {
            bool finite = reader.TryGetSingle(out float single) && float.IsFinite(single);
            bits = BitConverter.DoubleToInt64Bits(single);
            return finite;
        }
        return (reader.TryGetInt64(out bits) || TryReadWhole(ref reader, out bits)) && (type == PrimitiveType.Long || bits == (int)bits);
    }

    /// <summary>Converts to what the schema holds; see <see cref="ValueReader.TryFromDouble"/>.</summary>
    public static bool TryConvert(DtdlSchema schema, double value, out long bits)
    {
        bits = 0;
        if (!double.IsFinite(value))
        {
            return false;
        }
        switch (schema)
        {
            case PrimitiveSchema { Type: PrimitiveType.Double }:
                bits = BitConverter.DoubleToInt64Bits(value);
                return true;
            case PrimitiveSchema { Type: PrimitiveType.Float }:
                float single = (float)value;
                bits = BitConverter.DoubleToInt64Bits(single);
                return float.IsFinite(single);
            case PrimitiveSchema { Type: PrimitiveType.Boolean } when value is 0 or 1:
                bits = (long)value;
                return true;
            case PrimitiveSchema { Type: PrimitiveType.Integer or PrimitiveType.Long } number:
                bool fits = TryWhole(value, out bits);
                return fits && (number.Type == PrimitiveType.Long || bits == (int)bits);
            case EnumSchema { IsText: false } choice when TryWhole(value, out long found):
                bits = EnumValues.IndexOf(choice, found);
                return bits >= 0;
            default:
                return false;
        }
    }

    private static bool TryWhole(double value, out long whole)
    {
        bool fits = value is >= -TwoTo63 and < TwoTo63 && Math.Truncate(value) == value;
        whole = fits ? (long)value : 0;
        return fits;
    }

    /// <summary>A whole number written with a fraction or an exponent; decimal has the 19 digits that are needed.</summary>
    private static bool TryReadWhole(ref Utf8JsonReader reader, out long whole)
    {
        bool fits = reader.TryGetDecimal(out decimal number) && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue;
        whole = fits ? (long)number : 0;
        return fits;
    }
}
