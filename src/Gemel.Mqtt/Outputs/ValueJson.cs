using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Mqtt.Outputs;

/// <summary>Writes a held value as JSON: single numbers with their own digits, enums by their declared value.</summary>
internal static class ValueJson
{
    public static void Write(Utf8JsonWriter json, DtdlSchema schema, ValueKind kind, long bits, ReadOnlySpan<byte> text)
    {
        switch (kind)
        {
            case ValueKind.Boolean:
                json.WriteBooleanValue(bits != 0);
                break;
            case ValueKind.Integer:
                json.WriteNumberValue(bits);
                break;
            case ValueKind.Single:
                json.WriteNumberValue((float)BitConverter.Int64BitsToDouble(bits));
                break;
            case ValueKind.Double:
                json.WriteNumberValue(BitConverter.Int64BitsToDouble(bits));
                break;
            case ValueKind.Enum:
                WriteEnum(json, (EnumSchema)schema, (int)bits);
                break;
            case ValueKind.Text:
                json.WriteStringValue(text);
                break;
            case ValueKind.Json:
                json.WriteRawValue(text, skipInputValidation: true);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static void WriteEnum(Utf8JsonWriter json, EnumSchema schema, int ordinal)
    {
        EnumMember member = schema.Values[ordinal];
        if (schema.IsText)
        {
            json.WriteStringValue(member.Text);
        }
        else
        {
            json.WriteNumberValue(member.Number);
        }
    }
}
