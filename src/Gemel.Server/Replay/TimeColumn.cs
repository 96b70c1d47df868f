using System.Globalization;

namespace Gemel.Server.Replay;

/// <summary>Reads the time of a row.</summary>
/// <param name="Tag">The column.</param>
/// <param name="Format">As in docs/reference/mapping.md, 'Time'.</param>
/// <param name="Zone">Of times that carry no offset.</param>
internal sealed record TimeColumn(string Tag, string Format, TimeZoneInfo Zone)
{
    private const int TicksPerMicrosecond = 10;
    private const decimal NanosecondsPerTick = 100;

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
        return true;
    }
}
