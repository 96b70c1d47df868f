using System.Buffers;
using System.Text;
using System.Text.Json;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Ingest;

/// <summary>Takes one value, bare or in an envelope, into a batch: checked by its column's schema, in its column's unit.</summary>
internal sealed class ValueDecoder
{
    private readonly ArrayBufferWriter<byte> _scratch = new(256);

    /// <summary>Reads the value at <paramref name="reader"/> and leaves the reader at its last token.</summary>
    /// <remarks>A value that does not fit goes into the batch as a sample without value, bad, <c>invalid</c>.</remarks>
    public void Decode(ref Utf8JsonReader reader, Column column, SampleBatchWriter batch, DecodeReport report)
    {
        if (reader.TokenType == JsonTokenType.Number && column.Kind == ValueKind.Double
            && reader.TryGetDouble(out double number) && double.IsFinite(number))
        {
            batch.Add(column.Number, BitConverter.DoubleToInt64Bits(number), Quality.Good, default, default);
            report.Taken++;
            return;
        }
        if (Envelope.IsAt(reader))
        {
            DecodeEnvelope(ref reader, column, batch, report);
            return;
        }
        DecodeValue(ref reader, column, default, batch, report);
    }

    private void DecodeEnvelope(ref Utf8JsonReader reader, Column column, SampleBatchWriter batch, DecodeReport report)
    {
        Envelope envelope = Envelope.Read(ref reader, column.Path);
        if (envelope.Error is { } error)
        {
            Refuse(error, column, envelope.Time, batch, report);
            return;
        }
        report.SawTime(envelope.Time);
        if (!envelope.HasValue)
        {
            ReadOnlySpan<byte> reason = envelope.Reason.IsEmpty ? NoValueUtf8 : envelope.Reason;
            batch.AddNone(column.Number, Quality.Bad, reason, envelope.Time);
            report.Taken++;
            return;
        }
        DecodeValue(ref envelope.Value, column, envelope, batch, report);
    }

    private void DecodeValue(ref Utf8JsonReader reader, Column column, in Envelope envelope, SampleBatchWriter batch, DecodeReport report)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            batch.AddNone(column.Number, Quality.Bad, envelope.Reason.IsEmpty ? NoValueUtf8 : envelope.Reason, envelope.Time);
            report.Taken++;
            return;
        }
        _scratch.ResetWrittenCount();
        ValueReader.TryRead(ref reader, column.Schema, _scratch, out _, out long bits, out GemelError? error);
        error ??= Convert(column, envelope.Unit, ref bits);
        if (error is not null)
        {
            Refuse(error.On(column.Path), column, envelope.Time, batch, report);
            return;
        }
        if (column.Kind is ValueKind.Text or ValueKind.Json)
        {
            batch.AddText(column.Number, _scratch.WrittenSpan, envelope.Quality, envelope.Reason, envelope.Time);
        }
        else
        {
            batch.Add(column.Number, bits, envelope.Quality, envelope.Reason, envelope.Time);
        }
        report.Taken++;
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
        double value = column.Kind == ValueKind.Integer ? bits : BitConverter.Int64BitsToDouble(bits);
        bool isNumber = column.Kind is ValueKind.Integer or ValueKind.Single or ValueKind.Double;
        if (!isNumber || column.Unit is null || !Units.TryConvert(unit, column.Unit, value, out double converted))
        {
            return IngestErrors.UnitMismatch.With(unit, column.Path, column.Unit ?? "(no unit)");
        }
        return ValueReader.TryFromDouble(column.Schema, converted, out _, out bits)
            ? null
            : IngestErrors.ConvertedDoesNotFit.With(value, unit, converted, column.Unit, column.Path);
    }

    private static void Refuse(GemelError error, Column column, Timestamp time, SampleBatchWriter batch, DecodeReport report)
    {
        batch.AddNone(column.Number, Quality.Bad, InvalidUtf8, time);
        report.Reject(error);
    }

    private static ReadOnlySpan<byte> NoValueUtf8 => "noValue"u8;

    private static ReadOnlySpan<byte> InvalidUtf8 => "invalid"u8;
}
