using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Gemel.Ingest;

/// <summary>Turns a CBOR payload (RFC 8949) into the JSON of the same meaning, so that both forms are checked by one decoder.</summary>
/// <remarks>
/// Integers, floats, texts, booleans, null, arrays, maps with text keys. Tag 0 (date-time text) and tag 1 (epoch time) become
/// RFC 3339 texts; other tags are passed over. Byte strings and keys that are no texts are refused. NaN and infinities become
/// the texts "NaN", "Infinity", "-Infinity", which no numeric schema takes: JSON has no such numbers, and none is stored.
/// Threading: one caller at a time; the result is valid until the next call.
/// </remarks>
public sealed class CborTranscoder(int maxDepth)
{
    private readonly ArrayBufferWriter<byte> _json = new(1024);

    public bool TryTranscode(ReadOnlySpan<byte> cbor, out ReadOnlySpan<byte> json, [NotNullWhen(false)] out GemelError? damage)
    {
        _json.ResetWrittenCount();
        damage = null;
        try
        {
            CborReader reader = new(cbor.ToArray(), CborConformanceMode.Lax);
            using Utf8JsonWriter writer = new(_json, new JsonWriterOptions { MaxDepth = maxDepth + 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            WriteItem(reader, writer, depth: 0);
            damage = reader.BytesRemaining == 0 ? null : IngestErrors.Malformed.With("CBOR", $"{reader.BytesRemaining} bytes follow the document.");
        }
        // ArgumentOutOfRangeException: a tagged time beyond the years of DateTimeOffset.
        catch (Exception fault) when (fault is CborContentException or InvalidOperationException or OverflowException or FormatException or ArgumentOutOfRangeException)
        {
            damage = IngestErrors.Malformed.With("CBOR", fault.Message);
        }
        json = damage is null ? _json.WrittenSpan : default;
        return damage is null;
    }

    private void WriteItem(CborReader reader, Utf8JsonWriter writer, int depth)
    {
        if (depth > maxDepth)
        {
            throw new CborContentException($"The nesting is deeper than {maxDepth}.");
        }
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap: WriteMap(reader, writer, depth); break;
            case CborReaderState.StartArray: WriteArray(reader, writer, depth); break;
            case CborReaderState.UnsignedInteger: writer.WriteNumberValue(reader.ReadUInt64()); break;
            case CborReaderState.NegativeInteger: writer.WriteNumberValue(reader.ReadInt64()); break;
            case CborReaderState.HalfPrecisionFloat:
            case CborReaderState.SinglePrecisionFloat:
            case CborReaderState.DoublePrecisionFloat: WriteFloat(reader, writer); break;
            case CborReaderState.TextString:
            case CborReaderState.StartIndefiniteLengthTextString: writer.WriteStringValue(ReadText(reader)); break;
            case CborReaderState.Boolean: writer.WriteBooleanValue(reader.ReadBoolean()); break;
            case CborReaderState.Null:
                reader.ReadNull();
                writer.WriteNullValue();
                break;
            case CborReaderState.Tag: WriteTagged(reader, writer, depth); break;
            case var other: throw new CborContentException($"{other} has no place in device data.");
        }
    }

    private void WriteMap(CborReader reader, Utf8JsonWriter writer, int depth)
    {
        reader.ReadStartMap();
        writer.WriteStartObject();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            writer.WritePropertyName(ReadText(reader));
            WriteItem(reader, writer, depth + 1);
        }
        reader.ReadEndMap();
        writer.WriteEndObject();
    }

    /// <summary>Reads a text in one piece or in several, each of which must be UTF-8 (RFC 8949, 3.2.3).</summary>
    private static ReadOnlySpan<byte> ReadText(CborReader reader)
    {
        if (reader.PeekState() != CborReaderState.StartIndefiniteLengthTextString)
        {
            return ReadPiece(reader);
        }
        ArrayBufferWriter<byte> text = new();
        reader.ReadStartIndefiniteLengthTextString();
        while (reader.PeekState() != CborReaderState.EndIndefiniteLengthTextString)
        {
            text.Write(ReadPiece(reader));
        }
        reader.ReadEndIndefiniteLengthTextString();
        return text.WrittenSpan;
    }

    private static ReadOnlySpan<byte> ReadPiece(CborReader reader)
    {
        ReadOnlySpan<byte> utf8 = reader.ReadDefiniteLengthTextStringBytes().Span;
        return Utf8.IsValid(utf8) ? utf8 : throw new CborContentException("A text is not UTF-8.");
    }

    private void WriteArray(CborReader reader, Utf8JsonWriter writer, int depth)
    {
        reader.ReadStartArray();
        writer.WriteStartArray();
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            WriteItem(reader, writer, depth + 1);
        }
        reader.ReadEndArray();
        writer.WriteEndArray();
    }

    // A shorter float stands for exactly its number: preferred serialization (RFC 8949, 4.1) shortens a double only where nothing is lost,
    // so reading 32 bits by their shortest digits would change what a device sent (-21088.4375 to -21088.438).
    private static void WriteFloat(CborReader reader, Utf8JsonWriter writer)
    {
        double value = reader.ReadDouble();
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void WriteTagged(CborReader reader, Utf8JsonWriter writer, int depth)
    {
        switch (reader.PeekTag())
        {
            case CborTag.DateTimeString:
                writer.WriteStringValue(reader.ReadDateTimeOffset().UtcDateTime);
                break;
            case CborTag.UnixTimeSeconds:
                writer.WriteStringValue(reader.ReadUnixTimeSeconds().UtcDateTime);
                break;
            default:
                reader.ReadTag();
                WriteItem(reader, writer, depth + 1);
                break;
        }
    }
}
