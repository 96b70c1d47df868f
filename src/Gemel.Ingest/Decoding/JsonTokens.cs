using System.Text;
using System.Text.Json;

namespace Gemel.Ingest;

/// <summary>Texts of tokens, escapes resolved. Off the hot path: texts without escapes are read where they lie.</summary>
internal static class JsonTokens
{
    /// <summary>The text of a string or name; where its escapes are no Unicode, the raw bytes as they were sent.</summary>
    public static ReadOnlySpan<byte> Utf8(scoped in Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }
        byte[] text = new byte[reader.ValueSpan.Length];
        try
        {
            return text.AsSpan(0, reader.CopyString(text));
        }
        catch (InvalidOperationException)
        {
            // CopyString's way to say: an unpaired surrogate.
            return reader.ValueSpan;
        }
    }

    public static string Text(scoped in Utf8JsonReader reader) => Encoding.UTF8.GetString(Utf8(reader));

    /// <summary>What stands there, for messages.</summary>
    public static string Shown(scoped in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => $"'{Short(reader.ValueSpan)}'",
        JsonTokenType.Number => Short(reader.ValueSpan),
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        var literal => literal.ToString().ToLowerInvariant(),
    };

    /// <summary>Reads on to the end of the document, so that damage there is still found.</summary>
    /// <exception cref="JsonException">The rest is damaged.</exception>
    public static void SkipToEnd(ref Utf8JsonReader reader)
    {
        while (reader.CurrentDepth > 0 && reader.Read())
        {
        }
    }

    private static string Short(ReadOnlySpan<byte> utf8)
    {
        const int most = 80;
        return utf8.Length <= most ? Encoding.UTF8.GetString(utf8) : $"{Encoding.UTF8.GetString(utf8[..most])}…";
    }
}
