using System.Buffers;
using System.Text.Json;

namespace Gemel.Modeling;

/// <summary>The forms of date, dateTime, time and duration.</summary>
/// <remarks>RFC 3339 full-date, date-time and full-time (an offset is required, a leap second allowed); ISO 8601 duration, where only the
/// last number may have a fraction, and weeks stand in place of years and months.</remarks>
internal static class TemporalTexts
{
    /// <summary>Longest text looked at; what is longer is no date and no sensible duration.</summary>
    private const int MaxLength = 128;

    /// <summary>Copies the string at the reader's token where it has the form.</summary>
    public static bool TryCopy(ref Utf8JsonReader reader, PrimitiveType type, IBufferWriter<byte> destination, out long length)
    {
        length = 0;
        if (Texts.MostBytes(ref reader) > MaxLength)
        {
            return false;
        }
        Span<byte> copy = stackalloc byte[MaxLength];
        if (!Texts.TryCopy(ref reader, copy, out int written) || !IsValid(type, copy[..written]))
        {
            return false;
        }
        destination.Write(copy[..written]);
        length = written;
        return true;
    }

    public static bool IsValid(PrimitiveType type, ReadOnlySpan<byte> text) => type switch
    {
        PrimitiveType.Date => IsDate(text),
        PrimitiveType.Time => IsTime(text),
        PrimitiveType.DateTime => text.Length > 11 && text[10] is (byte)'T' or (byte)'t' && IsDate(text[..10]) && IsTime(text[11..]),
        _ => IsDuration(text),
    };

    private static bool IsDate(ReadOnlySpan<byte> text)
    {
        return text.Length == 10 && text[4] == '-' && text[7] == '-'
            && TryDigits(text[..4], out int year) && TryDigits(text[5..7], out int month) && TryDigits(text[8..], out int day)
            && year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
    }

    private static bool IsTime(ReadOnlySpan<byte> text)
    {
        bool shaped = text.Length >= 9 && text[2] == ':' && text[5] == ':'
            && TryDigits(text[..2], out int hour) && TryDigits(text[3..5], out int minute) && TryDigits(text[6..8], out int second)
            && hour < 24 && minute < 60 && (second < 60 || (second == 60 && minute == 59));
        if (!shaped)
        {
            return false;
        }
        ReadOnlySpan<byte> rest = text[8..];
        if (rest[0] == '.')
        {
            int digits = CountDigits(rest[1..]);
            rest = rest[(digits + 1)..];
            shaped = digits > 0;
        }
        return shaped && (rest is [(byte)'Z' or (byte)'z'] || IsOffset(rest));
    }

    private static bool IsOffset(ReadOnlySpan<byte> text) =>
        text.Length == 6 && text[0] is (byte)'+' or (byte)'-' && text[3] == ':'
        && TryDigits(text[1..3], out int hours) && TryDigits(text[4..], out int minutes) && hours < 24 && minutes < 60;

    private static bool IsDuration(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3 || text[0] != 'P')
        {
            return false;
        }
        int time = text.IndexOf((byte)'T');
        ReadOnlySpan<byte> days = time < 0 ? text[1..] : text[1..time];
        bool hasTime = time >= 0;
        bool weeks = days.Contains((byte)'W');
        return AreParts(days, weeks ? "WD"u8 : "YMD"u8, isLast: !hasTime)
            && (!hasTime || (text.Length > time + 1 && AreParts(text[(time + 1)..], "HMS"u8, isLast: true)));
    }

    /// <summary>Numbers each followed by one of the letters, in the letters' order.</summary>
    private static bool AreParts(ReadOnlySpan<byte> text, ReadOnlySpan<byte> letters, bool isLast)
    {
        while (!text.IsEmpty)
        {
            int digits = CountDigits(text);
            int end = digits;
            bool hasFraction = end < text.Length && text[end] == '.';
            if (hasFraction)
            {
                int fraction = CountDigits(text[(end + 1)..]);
                end += fraction + 1;
                hasFraction = fraction > 0;
            }
            int letter = end < text.Length && digits > 0 ? letters.IndexOf(text[end]) : -1;
            bool fractionFits = end == digits || (hasFraction && isLast && end == text.Length - 1);
            if (letter < 0 || !fractionFits)
            {
                return false;
            }
            letters = letters[(letter + 1)..];
            text = text[(end + 1)..];
        }
        return true;
    }

    private static int CountDigits(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (byte b in text)
        {
            if (b is < (byte)'0' or > (byte)'9')
            {
                return false;
            }
            number = (number * 10) + (b - '0');
        }
        return true;
    }
}
