using System.Buffers;
using System.Text;
using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Ingest;

/// <summary>Reads one value, bare or in an envelope, checks it by its column's schema and brings it into its column's unit.</summary>
/// <remarks>Threading: one caller at a time; texts of a result are valid until the next call.</remarks>
internal sealed class ValueDecoder
{
    private readonly ArrayBufferWriter<byte> _scratch = new(256);

    /// <summary>Reads the value at <paramref name="reader"/> and leaves the reader at its last token.</summary>
    public DecodedSample Decode(scoped ref Utf8JsonReader reader, Column column)
    {
        if (reader.TokenType == JsonTokenType.Number && column.Kind == ValueKind.Double && TryReadDouble(ref reader, out double number))
        {
            return DecodedSample.OfBits(BitConverter.DoubleToInt64Bits(number));
        }
        return Envelope.IsAt(reader) ? DecodeEnvelope(ref reader, column) : Read(ref reader, column, default);
    }

    /// <summary>Reads the number at <paramref name="reader"/>.</summary>
    /// <returns>False where it is beyond the doubles.</returns>
    public static bool TryReadDouble(scoped ref Utf8JsonReader reader, out double number) =>
        SimpleDecimal.TryRead(reader.ValueSpan, out number) || (reader.TryGetDouble(out number) && double.IsFinite(number));

    /// <summary>Reads the bare value at <paramref name="reader"/>.</summary>
    /// <param name="envelope">What was said around the value; the default where nothing was.</param>
    public DecodedSample Read(scoped ref Utf8JsonReader reader, Column column, scoped in Envelope envelope)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return DecodedSample.Nothing(envelope.Reason, envelope.Time);
        }
        _scratch.ResetWrittenCount();
        ValueReader.TryRead(ref reader, column.Schema, _scratch, out _, out long bits, out GemelError? error);
        error ??= Convert(column, envelope.Unit, ref bits);
        if (error is not null)
        {
            return DecodedSample.Refused(error.On(column.Path), envelope.Time);
        }
        bool isText = column.Kind is ValueKind.Text or ValueKind.Json;
        return new DecodedSample
        {
            Form = isText ? SampleForm.Text : SampleForm.Bits,
            Bits = bits,
            Text = isText ? _scratch.WrittenSpan : default,
            Quality = envelope.Quality,
            Reason = envelope.Reason,
            Time = envelope.Time,
        };
    }

    private DecodedSample DecodeEnvelope(scoped ref Utf8JsonReader reader, Column column)
    {
        Envelope envelope = Envelope.Read(ref reader, column.Path);
        if (envelope.Error is { } error)
        {
            return DecodedSample.Refused(error.On(column.Path), envelope.Time);
        }
        return envelope.HasValue ? Read(ref envelope.Value, column, envelope) : DecodedSample.Nothing(envelope.Reason, envelope.Time);
    }

    private static GemelError? Convert(Column column, ReadOnlySpan<byte> unitUtf8, ref long bits)
    {
        if (unitUtf8.IsEmpty)
        {
            return null;
        }
        string unit = Encoding.UTF8.GetString(unitUtf8);
        if (unit == column.Unit)
        {
            return null;
        }
        double value = column.NumberOf(bits);
        if (!column.IsNumeric() || column.Unit is null || !Units.TryConvert(unit, column.Unit, value, out double converted))
        {
            return IngestErrors.UnitMismatch.With(unit, column.Path, column.Unit ?? "(no unit)");
        }
        return ValueReader.TryFromDouble(column.Schema, converted, out _, out bits)
            ? null
            : IngestErrors.ConvertedDoesNotFit.With(value, unit, converted, column.Unit, column.Path);
    }
}
