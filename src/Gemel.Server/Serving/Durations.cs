using System.Globalization;

namespace Gemel.Server.Serving;

/// <summary>Durations as people write them: <c>7d</c>, <c>12h</c>, <c>5m</c>, <c>90s</c>, <c>250ms</c>, or <c>[d.]hh:mm:ss</c>.</summary>
internal static class Durations
{
    private static readonly (string Suffix, long Ticks)[] Suffixes =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
    ];

    public static bool TryParse(string text, out TimeSpan span)
    {
        foreach ((string suffix, long ticks) in Suffixes)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                bool isNumber = double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
                bool fits = isNumber && number * ticks < TimeSpan.MaxValue.Ticks;
                span = fits ? new TimeSpan((long)(number * ticks)) : default;
                return fits;
            }
        }
        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out span) && text.Contains(':', StringComparison.Ordinal);
    }
}
