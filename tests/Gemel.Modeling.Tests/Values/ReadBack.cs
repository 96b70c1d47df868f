using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gemel.Modeling.Tests.Values;

/// <summary>One value as read, and written again.</summary>
internal sealed record ReadBack(bool IsTaken, ValueKind Kind, long Bits, string Text, GemelError? Error)
{
    public double Number => BitConverter.Int64BitsToDouble(Bits);

    public static ReadBack Of(DtdlSchema schema, string json) => Of(schema, Encoding.UTF8.GetBytes(json));

    /// <summary>Reads the value; checks that the reader stands at its end.</summary>
    public static ReadBack Of(DtdlSchema schema, byte[] json)
    {
        Utf8JsonReader reader = new(json);
        Assert.True(reader.Read());
        ArrayBufferWriter<byte> text = new();
        bool taken = ValueReader.TryRead(ref reader, schema, text, out ValueKind kind, out long bits, out GemelError? error);
        Assert.Equal(taken, error is null);
        if (error?.Code != ModelingErrors.MalformedValue)
        {
            Assert.False(reader.Read(), "The reader was not at the end of the value.");
        }
        if (taken && kind is ValueKind.Text or ValueKind.Json)
        {
            Assert.Equal(bits, text.WrittenCount);
        }
        return new ReadBack(taken, kind, bits, Encoding.UTF8.GetString(text.WrittenSpan), error);
    }

    public string Written(DtdlSchema schema)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            ValueWriter.Write(writer, schema, Kind, Bits, Encoding.UTF8.GetBytes(Text));
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
