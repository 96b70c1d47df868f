using System.Text.Json;

namespace Gemel.Modeling;

/// <summary>Writes a value as columns hold it into JSON; the inverse of <see cref="ValueReader"/>.</summary>
public static class ValueWriter
{
    /// <summary>Writes one value.</summary>
    /// <param name="writer">Where a value is due.</param>
    /// <param name="schema">The schema under which the value was read.</param>
    /// <param name="kind">None writes null.</param>
    /// <param name="bits">The value's 64 bits; of no meaning for Text and Json.</param>
    /// <param name="text">The bytes of a Text or Json value, else empty.</param>
    public static void Write(Utf8JsonWriter writer, DtdlSchema schema, ValueKind kind, long bits, ReadOnlySpan<byte> text)
    {
        switch (kind)
        {
            case ValueKind.Boolean:
                writer.WriteBooleanValue(bits != 0);
                break;
            case ValueKind.Integer:
                writer.WriteNumberValue(bits);
                break;
            case ValueKind.Single:
                writer.WriteNumberValue((float)BitConverter.Int64BitsToDouble(bits));
                break;
            case ValueKind.Double:
                writer.WriteNumberValue(BitConverter.Int64BitsToDouble(bits));
                break;
            case ValueKind.Enum:
                WriteEnum(writer, (EnumSchema)schema, (int)bits);
                break;
            case ValueKind.Text:
                writer.WriteStringValue(text);
                break;
            case ValueKind.Json:
                writer.WriteRawValue(text, skipInputValidation: true);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    internal static void WriteEnum(Utf8JsonWriter writer, EnumSchema schema, int ordinal)
    {
        EnumMember member = schema.Values[ordinal];
        if (schema.IsText)
        {
            writer.WriteStringValue(member.Text);
        }
        else
        {
            writer.WriteNumberValue(member.Number);
        }
    }
}
