using System.Globalization;

namespace Gemel.Ingest;

/// <summary>Reads the time that a message or row carries under a tag of its own.</summary>
/// <param name="Tag">The tag or column.</param>
/// <param name="Format">As in docs/reference/mapping.md, 'Time'.</param>
/// <param name="Zone">Of times that carry no offset.</param>
public sealed record TimeTag(string Tag, string Format, TimeZoneInfo Zone)
{
    private const int TicksPerMicrosecond = 10;
    private const decimal NanosecondsPerTick = 100;
    private static readonly string[] PatternTokens = ["yyyy", "MM", "dd", "HH", "hh", "mm", "ss", "fffffff", "ffffff", "fffff", "ffff", "fff", "ff", "f", "tt", "zzz"];

    /// <summary>The formats that have a name.</summary>
    public static IReadOnlyList<string> NamedFormats { get; } = ["rfc3339", "unixSeconds", "unixMilliseconds", "unixMicroseconds", "unixNanoseconds"];

    /// <summary>True for a named format, and for a pattern with year, month, day and hour.</summary>
    public static bool IsFormat(string format)
    {
        if (NamedFormats.Contains(format))
        {
            return true;
        }
        var found = new HashSet<string>(StringComparer.Ordinal);
        int at = 0;
        while (at < format.Length)
        {
            int length = PieceAt(format, at);
            if (length == 0)
            {
                return false;
            }
            found.Add(format.Substring(at, length));
            at += length;
        }
        return found.IsSupersetOf(["yyyy", "MM", "dd"]) && found.Overlaps(["HH", "hh"]);
    }

    public bool TryRead(string text, out Timestamp time)
    {
        time = default;
        return Format switch
        {
            "rfc3339" => Timestamp.TryParse(text.Trim(), out time),
            "unixSeconds" => TryReadUnix(text, TimeSpan.TicksPerSecond, out time),
            "unixMilliseconds" => TryReadUnix(text, TimeSpan.TicksPerMillisecond, out time),
            "unixMicroseconds" => TryReadUnix(text, TicksPerMicrosecond, out time),
            "unixNanoseconds" => TryReadUnix(text, 1 / NanosecondsPerTick, out time),
            _ => TryReadPattern(text, out time),
        };
    }

    /// <returns>Length of the token, quoted literal or literal character; 0 where it is none of these.</returns>
    private static int PieceAt(string format, int at)
    {
        if (format[at] == '\'')
        {
            int end = format.IndexOf('\'', at + 1);
            return end < 0 ? 0 : end - at + 1;
        }
        string? token = PatternTokens.FirstOrDefault(token => string.CompareOrdinal(format, at, token, 0, token.Length) == 0);
        bool isLiteral = !char.IsAsciiLetter(format[at]) && format[at] is not ('%' or '\\' or '"');
        return token?.Length ?? (isLiteral ? 1 : 0);
    }

    private static bool TryReadUnix(string text, decimal ticksPerUnit, out Timestamp time)
    {
        time = default;
        bool isNumber = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number);
        decimal ticks = isNumber && Math.Abs(number) < 1e20m ? number * ticksPerUnit : decimal.MaxValue;
        if (ticks < DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks || ticks > DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks)
        {
            return false;
        }
        time = new Timestamp(DateTime.UnixEpoch.Ticks + (long)ticks);
        return true;
    }

    private bool TryReadPattern(string text, out Timestamp time)
    {
        time = default;
        if (Format.Contains('z', StringComparison.Ordinal))
        {
            bool isTime = DateTimeOffset.TryParseExact(text.Trim(), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset withOffset);
            time = Timestamp.From(withOffset);
            return isTime;
        }
        if (!DateTime.TryParseExact(text.Trim(), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local) || Zone.IsInvalidTime(local))
        {
            return false;
        }
        // An hour that the clock repeats is its first pass: the larger offset, that of summer time.
        TimeSpan offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        time = new Timestamp(local.Ticks - offset.Ticks);
        return time.Ticks is > 0 and <= 3_155_378_975_999_999_999;
    }
}
