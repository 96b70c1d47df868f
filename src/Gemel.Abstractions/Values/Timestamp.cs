using System.Buffers.Text;
using System.Globalization;

namespace Gemel;

/// <summary>A point in time in UTC with a resolution of 100 ns; <see cref="None"/> means that no time is known.</summary>
/// <param name="Ticks">100 ns steps since 0001-01-01T00:00:00Z, as <see cref="DateTime.Ticks"/>; 0 means none.</param>
public readonly record struct Timestamp(long Ticks) : IComparable<Timestamp>
{
    /// <summary>Bytes that <see cref="Format"/> writes: <c>2026-11-23T17:56:06.1234567Z</c>.</summary>
    public const int FormattedLength = 28;

    private const long UnixEpochTicks = 621_355_968_000_000_000;

    public static Timestamp None => default;

    public bool IsNone => Ticks == 0;

    public DateTime Utc => new(Ticks, DateTimeKind.Utc);

    public long UnixMilliseconds => (Ticks - UnixEpochTicks) / TimeSpan.TicksPerMillisecond;

    /// <summary>Nanoseconds since 1970, the unit of the history files; valid for the years 1678 to 2261.</summary>
    public long UnixNanoseconds => (Ticks - UnixEpochTicks) * 100;

    public static Timestamp From(DateTimeOffset time) => new(time.UtcTicks);

    public static Timestamp FromUnixMilliseconds(long milliseconds) => new(UnixEpochTicks + (milliseconds * TimeSpan.TicksPerMillisecond));

    public static Timestamp FromUnixNanoseconds(long nanoseconds) => new(UnixEpochTicks + (nanoseconds / 100));

    /// <summary>Reads an RFC 3339 date and time; an offset is required and converted to UTC.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Timestamp time)
    {
        time = default;
        bool shaped = text.Length >= 20 && text[4] == '-' && text[7] == '-' && (text[10] is 'T' or 't' or ' ')
            && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-');
        if (!shaped || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset parsed))
        {
            return false;
        }
        time = new Timestamp(parsed.UtcTicks);
        return true;
    }

    /// <summary>Reads an RFC 3339 date and time from UTF-8; the usual form ending in Z takes a path without text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Timestamp time)
    {
        if (utf8.Length is >= 20 and <= 35)
        {
            Span<char> text = stackalloc char[utf8.Length];
            for (int i = 0; i < utf8.Length; i++)
            {
                text[i] = (char)utf8[i];
            }
            return TryParse(text, out time);
        }
        time = default;
        return false;
    }

    /// <summary>Writes RFC 3339 in UTC with seven fractional digits.</summary>
    /// <param name="destination">At least <see cref="FormattedLength"/> bytes.</param>
    public int Format(Span<byte> destination)
    {
        Utf8Formatter.TryFormat(Utc, destination, out int written, new System.Buffers.StandardFormat('O'));
        return written;
    }

    public Timestamp Add(TimeSpan span) => new(Ticks + span.Ticks);

    public int CompareTo(Timestamp other) => Ticks.CompareTo(other.Ticks);

    public static bool operator <(Timestamp left, Timestamp right) => left.Ticks < right.Ticks;

    public static bool operator >(Timestamp left, Timestamp right) => left.Ticks > right.Ticks;

    public static bool operator <=(Timestamp left, Timestamp right) => left.Ticks <= right.Ticks;

    public static bool operator >=(Timestamp left, Timestamp right) => left.Ticks >= right.Ticks;

    public static TimeSpan operator -(Timestamp left, Timestamp right) => new(left.Ticks - right.Ticks);

    public override string ToString() => Utc.ToString("O", CultureInfo.InvariantCulture);
}
