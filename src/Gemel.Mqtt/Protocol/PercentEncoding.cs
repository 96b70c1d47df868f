using System.Text;

namespace Gemel.Mqtt.Protocol;

/// <summary>Percent escapes within one topic level (RFC 3986 section 2.1): ids may hold what a topic level cannot.</summary>
internal static class PercentEncoding
{
    /// <param name="bytes">At least <see cref="Encoding.GetMaxByteCount(int)"/> of UTF-8 for the text.</param>
    /// <returns>False where a percent sign is not followed by two hexadecimal digits.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes, out int written)
    {
        written = 0;
        while (!text.IsEmpty)
        {
            int escape = text.IndexOf('%');
            ReadOnlySpan<char> plain = escape < 0 ? text : text[..escape];
            written += Encoding.UTF8.GetBytes(plain, bytes[written..]);
            if (escape < 0)
            {
                return true;
            }
            if (text.Length < escape + 3 || !char.IsAsciiHexDigit(text[escape + 1]) || !char.IsAsciiHexDigit(text[escape + 2]))
            {
                return false;
            }
            bytes[written++] = Convert.FromHexString(text.Slice(escape + 1, 2))[0];
            text = text[(escape + 3)..];
        }
        return true;
    }

    /// <summary>The text of one topic level, percent-decoded; null where an escape is wrong.</summary>
    public static string? Decode(string level)
    {
        if (!level.Contains('%'))
        {
            return level;
        }
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(level.Length)];
        bool valid = TryDecode(level, bytes, out int written) && System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, written));
        return valid ? Encoding.UTF8.GetString(bytes, 0, written) : null;
    }

    /// <summary>Escapes what a topic name cannot hold or what would change its levels: <c>% / + #</c> and the null character.</summary>
    public static string Encode(string id)
    {
        if (id.AsSpan().IndexOfAny("%/+#\0") < 0)
        {
            return id;
        }
        StringBuilder level = new(id.Length + 8);
        foreach (char c in id)
        {
            _ = c is '%' or '/' or '+' or '#' or '\0' ? level.Append($"%{(int)c:X2}") : level.Append(c);
        }
        return level.ToString();
    }
}
