using System.Xml;

namespace Gemel;

/// <summary>Durations as ISO 8601 writes them: <c>PT10S</c>, <c>P1DT12H</c>.</summary>
public static class IsoDuration
{
    /// <summary>Reads a duration of days or smaller parts, longer than zero; years and months have no fixed length and are refused.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        int time = text.IndexOf('T', StringComparison.Ordinal);
        ReadOnlySpan<char> date = time < 0 ? text : text.AsSpan(0, time);
        if (date.ContainsAny('Y', 'M'))
        {
            return false;
        }
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return duration > TimeSpan.Zero;
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            return false;
        }
    }
}
