using System.Text.Json;

namespace Gemel.Ingest;

/// <summary>Reads <c>$time</c>: RFC 3339, or integer milliseconds since 1970.</summary>
internal static class TimeReader
{
    private const long MinMilliseconds = -62_135_596_800_000;
    private const long MaxMilliseconds = 253_402_300_799_999;

    public static bool TryRead(ref Utf8JsonReader reader, out Timestamp time)
    {
        time = default;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Timestamp.TryParse(JsonTokens.Utf8(reader), out time);
            case JsonTokenType.Number when reader.TryGetInt64(out long milliseconds):
                return TryFromMilliseconds(milliseconds, out time);
            default:
                return false;
        }
    }

    public static bool TryFromMilliseconds(long milliseconds, out Timestamp time)
    {
        bool fits = milliseconds is >= MinMilliseconds and <= MaxMilliseconds;
        time = fits ? Timestamp.FromUnixMilliseconds(milliseconds) : default;
        return fits;
    }

    public static GemelError Error(in Utf8JsonReader reader) => IngestErrors.InvalidTime.With(JsonTokens.Shown(reader));
}
