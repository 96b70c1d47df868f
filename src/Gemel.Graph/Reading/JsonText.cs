using System.Buffers;
using System.Text;

namespace Gemel.Graph;

/// <summary>Writes JSON strings (RFC 8259 section 7): quote, backslash and control characters are escaped, by the short
/// form where there is one; all else stays UTF-8 as it is.</summary>
internal static class JsonText
{
    /// <summary>Most bytes that one byte becomes: <c>\u001f</c>.</summary>
    private const int LongestEscape = 6;

    private static readonly SearchValues<byte> MustEscape = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    /// <summary>No string written of <paramref name="utf8"/> is longer, its quotes included.</summary>
    public static int MaxLength(ReadOnlySpan<byte> utf8) => 2 + (utf8.ContainsAny(MustEscape) ? utf8.Length * LongestEscape : utf8.Length);

    /// <summary>As above, for UTF-16.</summary>
    public static int MaxLength(string text) => 2 + (text.Length * LongestEscape);

    /// <summary>Writes <paramref name="utf8"/> with its quotes.</summary>
    /// <param name="destination">At least <see cref="MaxLength(ReadOnlySpan{byte})"/> bytes.</param>
    public static int Write(ReadOnlySpan<byte> utf8, Span<byte> destination)
    {
        destination[0] = (byte)'"';
        int written = 1 + WriteContent(utf8, destination[1..]);
        destination[written] = (byte)'"';
        return written + 1;
    }

    /// <summary>As above, from UTF-16 without unpaired surrogates.</summary>
    public static int Write(string text, Span<byte> destination)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> utf8 = rented ?? stackalloc byte[512];
        int written = Write(utf8[..Encoding.UTF8.GetBytes(text, utf8)], destination);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return written;
    }

    /// <summary>A string with its quotes.</summary>
    public static byte[] Quote(string text)
    {
        byte[] destination = new byte[MaxLength(text)];
        return destination[..Write(text, destination)];
    }

    private static int WriteContent(ReadOnlySpan<byte> utf8, Span<byte> destination)
    {
        int written = 0;
        int clean;
        while ((clean = utf8.IndexOfAny(MustEscape)) >= 0)
        {
            utf8[..clean].CopyTo(destination[written..]);
            written += clean;
            written += WriteEscape(utf8[clean], destination[written..]);
            utf8 = utf8[(clean + 1)..];
        }
        utf8.CopyTo(destination[written..]);
        return written + utf8.Length;
    }

    private static int WriteEscape(byte value, Span<byte> destination)
    {
        byte name = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => 0,
        };
        destination[0] = (byte)'\\';
        if (name != 0)
        {
            destination[1] = name;
            return 2;
        }
        "u00"u8.CopyTo(destination[1..]);
        destination[4] = (byte)('0' + (value >> 4));
        destination[5] = "0123456789abcdef"u8[value & 0xF];
        return LongestEscape;
    }
}
