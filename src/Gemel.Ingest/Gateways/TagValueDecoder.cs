using System.Globalization;
using System.Text;
using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Ingest;

/// <summary>Reads the value of a tag: envelope, no value, text to value, replacements, scale and offset, unit, schema; in this order.</summary>
/// <remarks>The steps are those of docs/reference/mapping.md, 'From raw to value'. Threading: as <see cref="ValueDecoder"/>.</remarks>
internal sealed class TagValueDecoder
{
    private readonly ValueDecoder _values = new();

    /// <summary>Reads the value at <paramref name="reader"/> and leaves the reader at its last token.</summary>
    /// <param name="tag">For the errors.</param>
    public DecodedSample Decode(scoped ref Utf8JsonReader reader, TagConversion conversion, string tag)
    {
        Column column = conversion.Column;
        if (reader.TokenType == JsonTokenType.Number && conversion.IsPlain && column.Kind == ValueKind.Double
            && ValueDecoder.TryReadDouble(ref reader, out double number))
        {
            return DecodedSample.OfBits(BitConverter.DoubleToInt64Bits(number));
        }
        if (!Envelope.IsAt(reader))
        {
            return Named(Read(ref reader, conversion, default, tag), tag);
        }
        Envelope envelope = Envelope.Read(ref reader, tag);
        if (envelope.Error is { } error)
        {
            return DecodedSample.Refused(error.On(tag), envelope.Time);
        }
        return envelope.HasValue
            ? Named(Read(ref envelope.Value, conversion, envelope, tag), tag)
            : DecodedSample.Nothing(envelope.Reason, envelope.Time);
    }

    /// <summary>The steps after the envelope is open.</summary>
    private DecodedSample Read(scoped ref Utf8JsonReader reader, TagConversion conversion, scoped in Envelope envelope, string tag)
    {
        ValueConversion rule = conversion.Rule;
        bool isText = reader.TokenType == JsonTokenType.String;
        string? text = isText && (!conversion.IsPlain || conversion.Column.IsNumeric()) ? JsonTokens.Text(reader) : null;
        if (text is not null && rule.NoValue.Contains(text))
        {
            return DecodedSample.Nothing(envelope.Reason, envelope.Time);
        }
        if (reader.TokenType != JsonTokenType.Null && conversion.HasReplacements)
        {
            return Replace(ref reader, conversion, text, envelope, tag);
        }
        if (text is null || !conversion.Column.IsNumeric())
        {
            return ReadNumberOrOther(ref reader, conversion, envelope, tag);
        }
        if (!JsonNumber.TryRead(text, '.', out string number))
        {
            return Refused(IngestErrors.NotANumber.With(JsonTokens.Shown(reader), tag, $"path '{conversion.Column.Path}'"), envelope);
        }
        Utf8JsonReader digits = new(Encoding.UTF8.GetBytes(number));
        digits.Read();
        return ReadNumberOrOther(ref digits, conversion, envelope, tag);
    }

    private static DecodedSample Replace(
        scoped ref Utf8JsonReader reader, TagConversion conversion, string? text, scoped in Envelope envelope, string tag)
    {
        Replacement? found = reader.TokenType switch
        {
            JsonTokenType.String => conversion.Find(text!),
            JsonTokenType.Number when ValueDecoder.TryReadDouble(ref reader, out double number) => conversion.Find(number),
            JsonTokenType.True => conversion.Find("true"),
            JsonTokenType.False => conversion.Find("false"),
            _ => null,
        };
        if (found is null || found.Error is not null)
        {
            GemelError error = found?.Error ?? IngestErrors.NotListed.With(JsonTokens.Shown(reader), tag);
            reader.Skip();
            return Refused(error, envelope);
        }
        if (found.Form == SampleForm.None)
        {
            return DecodedSample.Nothing(envelope.Reason, envelope.Time);
        }
        return new DecodedSample
        {
            Form = found.Form,
            Bits = found.Bits,
            Text = found.Text,
            Quality = envelope.Quality,
            Reason = envelope.Reason,
            Time = envelope.Time,
        };
    }

    private DecodedSample ReadNumberOrOther(
        scoped ref Utf8JsonReader reader, TagConversion conversion, scoped in Envelope envelope, string tag)
    {
        // The sender that names a unit has converted already.
        bool isLinear = conversion.Rule.Linear is not null && envelope.Unit.IsEmpty;
        string? unit = envelope.Unit.IsEmpty ? conversion.Rule.Unit : null;
        bool needsNumber = isLinear || (unit is not null && unit != conversion.Column.Unit);
        if (reader.TokenType == JsonTokenType.Null || !needsNumber)
        {
            return _values.Read(ref reader, conversion.Column, envelope);
        }
        if (reader.TokenType != JsonTokenType.Number || !ValueDecoder.TryReadDouble(ref reader, out double raw))
        {
            GemelError error = IngestErrors.NotANumber.With(JsonTokens.Shown(reader), tag, isLinear ? "scale and offset" : "unit");
            reader.Skip();
            return Refused(error, envelope);
        }
        double value = isLinear ? conversion.Rule.Scale(raw) : raw;
        GemelError? misfit = Convert(conversion.Column, unit, raw, isLinear, ref value, out long bits, tag);
        return misfit is not null ? Refused(misfit, envelope) : new DecodedSample
        {
            Form = SampleForm.Bits,
            Bits = bits,
            Quality = envelope.Quality,
            Reason = envelope.Reason,
            Time = envelope.Time,
        };
    }

    private static GemelError? Convert(Column column, string? unit, double raw, bool isLinear, ref double value, out long bits, string tag)
    {
        bits = 0;
        double before = value;
        if (unit is not null && unit != column.Unit && (column.Unit is null || !Units.TryConvert(unit, column.Unit, before, out value)))
        {
            return IngestErrors.UnitMismatch.With(unit, column.Path, column.Unit ?? "(no unit)");
        }
        // Once, at the end: a unit after the scale would bring the fraction back.
        double rounded = isLinear && column.Kind == ValueKind.Integer ? Math.Round(value, MidpointRounding.ToEven) : value;
        if (column.IsNumeric() && ValueReader.TryFromDouble(column.Schema, rounded, out _, out bits))
        {
            return null;
        }
        return isLinear
            ? IngestErrors.ScaledDoesNotFit.With(raw, tag, value.ToString("R", CultureInfo.InvariantCulture), column.Path)
            : IngestErrors.ConvertedDoesNotFit.With(before, unit, value, column.Unit, column.Path);
    }

    private static DecodedSample Refused(GemelError error, scoped in Envelope envelope) => DecodedSample.Refused(error, envelope.Time);

    private static DecodedSample Named(DecodedSample sample, string tag)
    {
        sample.Error = sample.Error?.On(tag);
        return sample;
    }
}
