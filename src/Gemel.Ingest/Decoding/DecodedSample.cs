using Gemel.Graph;

namespace Gemel.Ingest;

/// <summary>One value as it was read: checked by its column's schema, in its column's unit.</summary>
internal ref struct DecodedSample
{
    public SampleForm Form;
    public Quality Quality;

    /// <summary>Of a value that is no text.</summary>
    public long Bits;

    /// <summary>The value's own source time; none where that of its object holds.</summary>
    public Timestamp Time;

    /// <summary>Of a value that is a text or JSON; valid until the decoder's next value.</summary>
    public ReadOnlySpan<byte> Text;

    public ReadOnlySpan<byte> Reason;

    /// <summary>Why the value does not fit; the sample is then one without value, bad, <c>invalid</c>.</summary>
    public GemelError? Error;

    public static DecodedSample OfBits(long bits) => new() { Form = SampleForm.Bits, Bits = bits };

    /// <param name="reason">Empty: <c>noValue</c>.</param>
    public static DecodedSample Nothing(ReadOnlySpan<byte> reason, Timestamp time) =>
        new() { Quality = Quality.Bad, Reason = reason.IsEmpty ? "noValue"u8 : reason, Time = time };

    public static DecodedSample Refused(GemelError error, Timestamp time) =>
        new() { Quality = Quality.Bad, Reason = "invalid"u8, Time = time, Error = error };

    public readonly void AddTo(SampleBatchWriter batch, int column)
    {
        switch (Form)
        {
            case SampleForm.Bits: batch.Add(column, Bits, Quality, Reason, Time); break;
            case SampleForm.Text: batch.AddText(column, Text, Quality, Reason, Time); break;
            default: batch.AddNone(column, Quality, Reason, Time); break;
        }
    }
}

/// <summary>How a sample holds its value.</summary>
internal enum SampleForm : byte
{
    /// <summary>It has none.</summary>
    None,
    Bits,
    Text,
}
