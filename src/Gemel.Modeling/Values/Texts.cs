using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Gemel.Modeling;

/// <summary>JSON strings as UTF-8.</summary>
internal static class Texts
{
    /// <summary>Most bytes that the string at the reader's token can have; unescaping never makes it longer.</summary>
    public static int MostBytes(ref Utf8JsonReader reader) => reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;

    /// <summary>Copies the unescaped bytes of the string at the reader's token.</summary>
    /// <returns>false where it is not valid Unicode.</returns>
    public static bool TryCopy(ref Utf8JsonReader reader, IBufferWriter<byte> destination, out long length)
    {
        bool valid = TryCopy(ref reader, destination.GetSpan(Math.Max(MostBytes(ref reader), 1)), out int written);
        destination.Advance(written);
        length = written;
        return valid;
    }

    /// <param name="reader">On a string or property name.</param>
    /// <param name="destination">At least <see cref="MostBytes"/> long.</param>
    /// <param name="length">Bytes written; 0 where the text is not valid.</param>
    public static bool TryCopy(ref Utf8JsonReader reader, scoped Span<byte> destination, out int length)
    {
        if (reader is { HasValueSequence: false, ValueIsEscaped: false })
        {
            ReadOnlySpan<byte> utf8 = reader.ValueSpan;
            bool valid = Utf8.IsValid(utf8);
            length = valid ? utf8.Length : 0;
            utf8[..length].CopyTo(destination);
            return valid;
        }
        try
        {
            length = reader.CopyString(destination);
            return true;
        }
        catch (InvalidOperationException)
        {
            // CopyString's way to say: invalid UTF-8 or an unpaired surrogate.
            length = 0;
            return false;
        }
    }

    /// <summary>Whether the string or property name at the reader's token is <paramref name="text"/>; one that is not valid Unicode equals nothing.</summary>
    public static bool IsEqual(ref Utf8JsonReader reader, string text)
    {
        try
        {
            return reader.ValueTextEquals(text);
        }
        catch (InvalidOperationException)
        {
            // ValueTextEquals' way to say: an unpaired surrogate.
            return false;
        }
    }
}
