using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gemel.Modeling;

/// <summary>Says why a value does not fit its schema. Off the hot path.</summary>
internal static class ValueFaults
{
    private const int MaxShown = 80;
    private const int MaxChoices = 20;

    /// <param name="reader">On the first token of the value.</param>
    /// <param name="schema">The schema that refused it.</param>
    public static GemelError Explain(ref Utf8JsonReader reader, DtdlSchema schema)
    {
        string name = NameOf(schema);
        bool isNumber = reader.TokenType == JsonTokenType.Number;
        bool isString = reader.TokenType == JsonTokenType.String;
        return schema switch
        {
            PrimitiveSchema { Kind: ValueKind.Integer } when isNumber && IsFraction(ref reader) => ModelingErrors.NotIntegral.With(TextOf(ref reader), name),
            PrimitiveSchema { Kind: ValueKind.Integer or ValueKind.Single or ValueKind.Double } number when isNumber => OutOfRange(ref reader, number),
            PrimitiveSchema { Kind: ValueKind.Text } when isString && !IsUnicode(ref reader) => ModelingErrors.InvalidValueText.With(),
            PrimitiveSchema { Kind: ValueKind.Text } temporal when isString => ModelingErrors.InvalidFormat.With(TextOf(ref reader), name, ExampleOf(temporal.Type)),
            EnumSchema choice when (choice.IsText ? isString : isNumber) => ModelingErrors.UnknownEnumValue.With(Quoted(ref reader), ChoicesOf(choice)),
            _ => ModelingErrors.WrongValueType.With(name, ExpectedOf(schema), FoundOf(ref reader)),
        };
    }

    /// <summary>The text of the token, shortened; for messages only.</summary>
    public static string TextOf(ref Utf8JsonReader reader)
    {
        string text = reader.HasValueSequence ? Encoding.UTF8.GetString(reader.ValueSequence) : Encoding.UTF8.GetString(reader.ValueSpan);
        return text.Length <= MaxShown ? text : string.Concat(text.AsSpan(0, MaxShown), "…");
    }

    private static string Quoted(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? $"'{TextOf(ref reader)}'" : TextOf(ref reader);

    private static string NameOf(DtdlSchema schema) => schema switch
    {
        PrimitiveSchema primitive => char.ToLowerInvariant(primitive.Type.ToString()[0]) + primitive.Type.ToString()[1..],
        EnumSchema => "Enum",
        ObjectSchema => "Object",
        MapSchema => "Map",
        _ => "Array",
    };

    private static string ExpectedOf(DtdlSchema schema) => schema switch
    {
        EnumSchema choice => choice.IsText ? "a JSON string" : "a JSON integer",
        ArraySchema => "a JSON array",
        _ => schema.Kind switch
        {
            ValueKind.Boolean => "true or false",
            ValueKind.Integer => "a JSON integer",
            ValueKind.Single or ValueKind.Double => "a JSON number",
            ValueKind.Text => "a JSON string",
            _ => "a JSON object",
        },
    };

    private static string FoundOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => $"the string {Quoted(ref reader)}",
        JsonTokenType.Number => $"the number {TextOf(ref reader)}",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        _ => "null",
    };

    private static bool IsFraction(ref Utf8JsonReader reader) => reader.TryGetDouble(out double number) && Math.Truncate(number) != number;

    private static bool IsUnicode(ref Utf8JsonReader reader)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(Texts.MostBytes(ref reader) + 1);
        bool valid = Texts.TryCopy(ref reader, copy, out _);
        ArrayPool<byte>.Shared.Return(copy);
        return valid;
    }

    private static GemelError OutOfRange(ref Utf8JsonReader reader, PrimitiveSchema schema)
    {
        (IFormattable min, IFormattable max) = schema.Type switch
        {
            PrimitiveType.Integer => ((IFormattable)int.MinValue, (IFormattable)int.MaxValue),
            PrimitiveType.Long => (long.MinValue, long.MaxValue),
            PrimitiveType.Float => (float.MinValue, float.MaxValue),
            _ => (double.MinValue, double.MaxValue),
        };
        return ModelingErrors.ValueOutOfRange.With(
            TextOf(ref reader), NameOf(schema), min.ToString(null, CultureInfo.InvariantCulture), max.ToString(null, CultureInfo.InvariantCulture));
    }

    private static string ChoicesOf(EnumSchema schema)
    {
        IEnumerable<string> shown = schema.Values.Take(MaxChoices).Select(v => schema.IsText ? $"'{v.Text}'" : v.Text);
        return string.Join(", ", schema.Values.Length > MaxChoices ? shown.Append("…") : shown);
    }

    private static string ExampleOf(PrimitiveType type) => type switch
    {
        PrimitiveType.Date => "2026-11-23",
        PrimitiveType.Time => "17:56:06Z",
        PrimitiveType.DateTime => "2026-11-23T17:56:06Z",
        _ => "P1DT2H30M",
    };
}
