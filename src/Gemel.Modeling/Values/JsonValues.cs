using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gemel.Modeling;

/// <summary>Copies objects, maps, arrays and geometries as compact JSON while checking them.</summary>
internal sealed class JsonValues
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static JsonValues? s_instance;

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly Utf8JsonWriter _writer = new(Stream.Null, Options);
    private readonly List<string> _path = [];
    private GemelError? _error;

    /// <inheritdoc cref="ValueReader.TryRead"/>
    public static bool TryCopy(ref Utf8JsonReader reader, DtdlSchema schema, IBufferWriter<byte> destination, out long bits, out GemelError? error)
    {
        JsonValues copier = s_instance ??= new JsonValues();
        copier._writer.Reset(destination);
        copier._path.Clear();
        copier._error = null;
        Utf8JsonReader start = reader;
        try
        {
            bool fits = copier.Copy(ref reader, schema);
            copier._writer.Flush();
            bits = copier._writer.BytesCommitted;
            error = copier._error;
            if (!fits)
            {
                reader = start;
                reader.Skip();
            }
            return fits;
        }
        catch (JsonException fault)
        {
            bits = 0;
            error = ModelingErrors.MalformedValue.With(fault.Message);
            return false;
        }
        finally
        {
            copier._writer.Reset(Stream.Null);
        }
    }

    private bool Copy(ref Utf8JsonReader reader, DtdlSchema schema) => schema switch
    {
        ObjectSchema fields when reader.TokenType == JsonTokenType.StartObject => CopyObject(ref reader, fields),
        MapSchema map when reader.TokenType == JsonTokenType.StartObject => CopyMap(ref reader, map),
        ArraySchema array when reader.TokenType == JsonTokenType.StartArray => CopyArray(ref reader, array),
        EnumSchema choice => CopyEnum(ref reader, choice),
        PrimitiveSchema { Kind: ValueKind.Json } geometry when reader.TokenType == JsonTokenType.StartObject =>
            Geometries.TryCopy(ref reader, geometry.Type, _writer, out string? problem) || Fail(ModelingErrors.InvalidGeometry.With(geometry.Type, problem)),
        PrimitiveSchema primitive => CopyPrimitive(ref reader, primitive),
        _ => Fail(ref reader, schema),
    };

    private bool CopyPrimitive(ref Utf8JsonReader reader, PrimitiveSchema schema)
    {
        switch (schema.Kind)
        {
            case ValueKind.Boolean when reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                _writer.WriteBooleanValue(reader.TokenType == JsonTokenType.True);
                return true;
            case ValueKind.Double when reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double number) && double.IsFinite(number):
            case ValueKind.Single or ValueKind.Integer when reader.TokenType == JsonTokenType.Number && Numbers.TryRead(ref reader, schema.Type, out _):
                WriteNumber(ref reader);
                return true;
            case ValueKind.Text when reader.TokenType == JsonTokenType.String:
                _text.ResetWrittenCount();
                bool fits = schema.Type == PrimitiveType.String ? Texts.TryCopy(ref reader, _text, out _) : TemporalTexts.TryCopy(ref reader, schema.Type, _text, out _);
                _writer.WriteStringValue(_text.WrittenSpan);
                return fits || Fail(ref reader, schema);
            default:
                return Fail(ref reader, schema);
        }
    }

    private bool CopyEnum(ref Utf8JsonReader reader, EnumSchema schema)
    {
        int ordinal = EnumValues.Find(ref reader, schema);
        if (ordinal < 0)
        {
            return Fail(ref reader, schema);
        }
        ValueWriter.WriteEnum(_writer, schema, ordinal);
        return true;
    }

    private bool CopyObject(ref Utf8JsonReader reader, ObjectSchema schema)
    {
        HashSet<string>? seen = schema.Fields.Length > 64 ? [] : null;
        ulong seenBits = 0;
        _writer.WriteStartObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            int at = FieldOf(ref reader, schema);
            if (at < 0)
            {
                return Fail(ModelingErrors.UnknownField.With(ValueFaults.TextOf(ref reader), string.Join(", ", schema.Fields.Select(f => f.Name))));
            }
            ObjectField field = schema.Fields[at];
            bool isNew = seen?.Add(field.Name) ?? (seenBits & (1UL << at)) == 0;
            if (!isNew)
            {
                return Fail(ModelingErrors.DuplicateField.With(field.Name));
            }
            seenBits |= 1UL << at;
            _writer.WritePropertyName(field.Name);
            if (!CopyMember(ref reader, field.Schema, field.Name))
            {
                return false;
            }
        }
        _writer.WriteEndObject();
        return true;
    }

    private bool CopyMap(ref Utf8JsonReader reader, MapSchema schema)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        _writer.WriteStartObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            _text.ResetWrittenCount();
            if (!Texts.TryCopy(ref reader, _text, out _))
            {
                return Fail(ModelingErrors.InvalidValueText.With());
            }
            string key = System.Text.Encoding.UTF8.GetString(_text.WrittenSpan);
            if (!seen.Add(key))
            {
                return Fail(ModelingErrors.DuplicateField.With(key));
            }
            _writer.WritePropertyName(_text.WrittenSpan);
            if (!CopyMember(ref reader, schema.Value, key))
            {
                return false;
            }
        }
        _writer.WriteEndObject();
        return true;
    }

    private bool CopyArray(ref Utf8JsonReader reader, ArraySchema schema)
    {
        _writer.WriteStartArray();
        for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (!Copy(ref reader, schema.Element))
            {
                _path.Insert(0, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
                Locate();
                return false;
            }
        }
        _writer.WriteEndArray();
        return true;
    }

    private bool CopyMember(ref Utf8JsonReader reader, DtdlSchema schema, string name)
    {
        _ = reader.Read();
        if (Copy(ref reader, schema))
        {
            return true;
        }
        _path.Insert(0, name);
        Locate();
        return false;
    }

    private void Locate() => _error = _error!.On(string.Join('.', _path));

    private void WriteNumber(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence)
        {
            _writer.WriteRawValue(reader.ValueSequence, skipInputValidation: true);
        }
        else
        {
            _writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
        }
    }

    private static int FieldOf(ref Utf8JsonReader reader, ObjectSchema schema)
    {
        for (int i = 0; i < schema.Fields.Length; i++)
        {
            if (Texts.IsEqual(ref reader, schema.Fields[i].Name))
            {
                return i;
            }
        }
        return -1;
    }

    private bool Fail(ref Utf8JsonReader reader, DtdlSchema schema) => Fail(ValueFaults.Explain(ref reader, schema));

    private bool Fail(GemelError error)
    {
        _error = error;
        return false;
    }
}
