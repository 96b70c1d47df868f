using System.Buffers;
using System.Text.Json;

namespace Gemel.Modeling;

/// <summary>Reads one JSON value by its schema into the form that columns hold.</summary>
/// <remarks>
/// Numbers, booleans and enum values allocate nothing; texts and JSON are written to the caller's buffer; an error is made
/// only where the value does not fit. JSON integers are taken where the schema is double or float. A number with a
/// fraction or exponent is taken for integer and long where it is exactly whole (<c>5.0</c>, <c>1e3</c>), for JSON has one
/// kind of number and many devices write it so. Texts are kept as given, without escapes; JSON without white space, its
/// numbers digit by digit. Threading: safe for concurrent callers.
/// </remarks>
public static class ValueReader
{
    /// <summary>Reads the value at the reader's present token.</summary>
    /// <param name="reader">Stands on the first token of the value, all of which it holds; afterwards on its last token, whether the value
    /// fitted or not (except where the JSON itself is broken).</param>
    /// <param name="schema">What the value must be.</param>
    /// <param name="text">Takes the bytes of <see cref="ValueKind.Text"/> and <see cref="ValueKind.Json"/>; what a value that does not fit has
    /// written there is to be ignored.</param>
    /// <param name="kind">As <see cref="DtdlSchema.Kind"/>.</param>
    /// <param name="bits">The value's 64 bits; for Text and Json the number of bytes written.</param>
    /// <param name="error">Why the value does not fit (GMM1xx), its target the path within the value; else null.</param>
    public static bool TryRead(
        ref Utf8JsonReader reader, DtdlSchema schema, IBufferWriter<byte> text, out ValueKind kind, out long bits, out GemelError? error)
    {
        kind = schema.Kind;
        error = null;
        if (schema is PrimitiveSchema primitive)
        {
            switch (primitive.Type)
            {
                case PrimitiveType.Double when reader.TokenType == JsonTokenType.Number:
                    bool finite = reader.TryGetDouble(out double number) && double.IsFinite(number);
                    bits = BitConverter.DoubleToInt64Bits(number);
                    return finite || Refuse(ref reader, schema, out error);
                case PrimitiveType.Boolean when reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                    bits = reader.TokenType == JsonTokenType.True ? 1 : 0;
                    return true;
                case PrimitiveType.Integer or PrimitiveType.Long or PrimitiveType.Float when reader.TokenType == JsonTokenType.Number:
                    return Numbers.TryRead(ref reader, primitive.Type, out bits) || Refuse(ref reader, schema, out error);
                case PrimitiveType.String when reader.TokenType == JsonTokenType.String:
                    return Texts.TryCopy(ref reader, text, out bits) || Refuse(ref reader, schema, out error);
            }
        }
        return TryReadOther(ref reader, schema, text, out bits, out error);
    }

    /// <summary>Takes a value that is a number already (a scaled tag, CBOR).</summary>
    /// <returns>false where the schema takes no number or this one does not fit. Integers, and enums of integers, take only whole numbers; a
    /// boolean takes 0 and 1.</returns>
    public static bool TryFromDouble(DtdlSchema schema, double value, out ValueKind kind, out long bits)
    {
        kind = schema.Kind;
        return Numbers.TryConvert(schema, value, out bits);
    }

    private static bool TryReadOther(ref Utf8JsonReader reader, DtdlSchema schema, IBufferWriter<byte> text, out long bits, out GemelError? error)
    {
        error = null;
        if (schema is EnumSchema choice)
        {
            bits = EnumValues.Find(ref reader, choice);
            return bits >= 0 || Refuse(ref reader, schema, out error);
        }
        if (schema.Kind == ValueKind.Json)
        {
            return JsonValues.TryCopy(ref reader, schema, text, out bits, out error);
        }
        if (schema.Kind == ValueKind.Text && reader.TokenType == JsonTokenType.String)
        {
            return TemporalTexts.TryCopy(ref reader, ((PrimitiveSchema)schema).Type, text, out bits) || Refuse(ref reader, schema, out error);
        }
        bits = 0;
        return Refuse(ref reader, schema, out error);
    }

    /// <summary>Makes the error and moves the reader to the end of the value.</summary>
    private static bool Refuse(ref Utf8JsonReader reader, DtdlSchema schema, out GemelError? error)
    {
        error = ValueFaults.Explain(ref reader, schema);
        try
        {
            reader.Skip();
        }
        catch (JsonException fault)
        {
            error = ModelingErrors.MalformedValue.With(fault.Message);
        }
        return false;
    }
}
