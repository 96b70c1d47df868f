using System.Text;
using System.Text.Json;

namespace Gemel.Ingest;

/// <summary>The members of <c>{"$value":…,"$unit":…,"$time":…,"$quality":…,"$reason":…}</c>, found by one pass over a copy of
/// the reader; <see cref="Value"/> stands at the value and is read by the column's schema afterwards.</summary>
internal ref struct Envelope
{
    private const int MaxReasonBytes = 255;

    private Members _seen;

    /// <summary>A reader at the first token of <c>$value</c>; meaningless unless <see cref="HasValue"/>.</summary>
    public Utf8JsonReader Value;

    /// <summary>The first thing wrong with it; null where nothing is.</summary>
    public GemelError? Error { get; private set; }

    public bool HasValue { get; private set; }

    public ReadOnlySpan<byte> Unit { get; private set; }

    public Timestamp Time { get; private set; }

    public Quality Quality { get; private set; }

    public ReadOnlySpan<byte> Reason { get; private set; }

    /// <summary>True where the object at <paramref name="reader"/> begins with a control name. DTDL names cannot begin with
    /// '$', so no value of an object or map schema is taken for an envelope.</summary>
    public static bool IsAt(Utf8JsonReader reader)
    {
        return reader.TokenType == JsonTokenType.StartObject
            && reader.Read()
            && reader.TokenType == JsonTokenType.PropertyName
            && reader.ValueSpan is [(byte)'$', ..];
    }

    /// <summary>Reads the envelope that begins at <paramref name="reader"/> and leaves the reader at the envelope's end.</summary>
    /// <param name="name">Of the column, for the errors.</param>
    public static Envelope Read(scoped ref Utf8JsonReader reader, string name)
    {
        Envelope envelope = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            GemelError? error = envelope.ReadMember(ref reader, name);
            envelope.Error ??= error;
        }
        if (!envelope.HasValue && envelope.Quality != Quality.Bad)
        {
            envelope.Error ??= IngestErrors.InvalidEnvelope.With(name, "no $value");
        }
        return envelope;
    }

    private GemelError? ReadMember(scoped ref Utf8JsonReader reader, string name)
    {
        ReadOnlySpan<byte> member = JsonTokens.Utf8(reader);
        Members which = WhichOf(member);
        reader.Read();
        bool isSecond = (_seen & which) != 0;
        _seen |= which;
        if (isSecond)
        {
            return Refused(IngestErrors.InvalidEnvelope.With(name, $"{Encoding.UTF8.GetString(member)} twice"), ref reader);
        }
        if (which == Members.Value)
        {
            Value = reader;
            HasValue = true;
            reader.Skip();
            return null;
        }
        if (which == Members.Time)
        {
            bool isTime = TimeReader.TryRead(ref reader, out Timestamp time);
            Time = time;
            return isTime ? null : Refused(TimeReader.Error(reader), ref reader);
        }
        if (reader.TokenType == JsonTokenType.String && TrySetText(which, JsonTokens.Utf8(reader)))
        {
            return null;
        }
        string what = $"a member that is not allowed, or has a value that is not: {Encoding.UTF8.GetString(member)}";
        return Refused(IngestErrors.InvalidEnvelope.With(name, what), ref reader);
    }

    private bool TrySetText(Members which, ReadOnlySpan<byte> text)
    {
        switch (which)
        {
            case Members.Unit:
                Unit = text;
                return true;
            case Members.Quality:
                bool isQuality = QualityNames.TryParse(text, out Quality quality);
                Quality = quality;
                return isQuality;
            case Members.Reason when text.Length <= MaxReasonBytes:
                Reason = text;
                return true;
            default:
                return false;
        }
    }

    private static Members WhichOf(ReadOnlySpan<byte> member)
    {
        return member.SequenceEqual("$value"u8) ? Members.Value
            : member.SequenceEqual("$time"u8) ? Members.Time
            : member.SequenceEqual("$unit"u8) ? Members.Unit
            : member.SequenceEqual("$quality"u8) ? Members.Quality
            : member.SequenceEqual("$reason"u8) ? Members.Reason
            : Members.None;
    }

    private static GemelError Refused(GemelError error, ref Utf8JsonReader reader)
    {
        reader.Skip();
        return error;
    }

    [Flags]
    private enum Members
    {
        None = 0,
        Value = 1,
        Time = 2,
        Unit = 4,
        Quality = 8,
        Reason = 16,
    }
}
