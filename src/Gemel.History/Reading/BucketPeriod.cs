using System.Xml;

namespace Gemel.History;

/// <summary>The length of buckets, which are aligned to 1970-01-01T00:00:00Z: a fixed span, or calendar months.</summary>
/// <remarks>A week is seven days and thus begins on a Thursday, as 1970 did. The default value is no period.</remarks>
public readonly record struct BucketPeriod
{
    private static readonly DateTime Epoch = DateTime.UnixEpoch;

    private readonly long _ticks;
    private readonly int _months;

    private BucketPeriod(long ticks, int months) => (_ticks, _months) = (ticks, months);

    /// <param name="span">At least a millisecond.</param>
    public static BucketPeriod Of(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.FromMilliseconds(1));
        return new BucketPeriod(span.Ticks, 0);
    }

    public static BucketPeriod OfMonths(int months)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(months, 1);
        return new BucketPeriod(0, months);
    }

    /// <summary>Reads an ISO 8601 duration (<c>PT1M</c>, <c>P1D</c>, <c>P1W</c>, <c>P3M</c>, <c>P1Y</c>).</summary>
    /// <returns>The period, or GMH008.</returns>
    public static Outcome<BucketPeriod> Parse(string text)
    {
        if (TryCalendar(text, out int months))
        {
            return OfMonths(months);
        }
        return TrySpan(text, out TimeSpan span) && span >= TimeSpan.FromMilliseconds(1)
            ? Of(span)
            : HistoryErrors.InvalidPeriod.With(text);
    }

    /// <summary>Start of the bucket that holds <paramref name="time"/>.</summary>
    public Timestamp StartOf(Timestamp time)
    {
        if (_months == 0)
        {
            long offset = time.Ticks - Epoch.Ticks;
            return new Timestamp(time.Ticks - (((offset % _ticks) + _ticks) % _ticks));
        }
        DateTime utc = time.Utc;
        int month = ((utc.Year - Epoch.Year) * 12) + utc.Month - 1;
        int start = month - (((month % _months) + _months) % _months);
        return new Timestamp(Epoch.AddMonths(start).Ticks);
    }

    /// <summary>Start of the bucket after the one that starts at <paramref name="start"/>.</summary>
    public Timestamp Next(Timestamp start) =>
        _months == 0 ? new Timestamp(start.Ticks + _ticks) : new Timestamp(start.Utc.AddMonths(_months).Ticks);

    private static bool TryCalendar(string text, out int months)
    {
        months = 0;
        if (text.Length < 3 || text[0] != 'P' || text[^1] is not ('M' or 'Y') || text.Contains('T'))
        {
            return false;
        }
        bool isNumber = int.TryParse(text.AsSpan(1, text.Length - 2), System.Globalization.NumberStyles.None, null, out int count);
        months = text[^1] == 'Y' ? count * 12 : count;
        return isNumber && count is >= 1 and <= 1_200;
    }

    private static bool TrySpan(string text, out TimeSpan span)
    {
        if (text.Length >= 3 && text[0] == 'P' && text[^1] == 'W')
        {
            bool isNumber = int.TryParse(text.AsSpan(1, text.Length - 2), System.Globalization.NumberStyles.None, null, out int weeks);
            span = TimeSpan.FromDays(7L * Math.Min(weeks, 5_200));
            return isNumber && weeks <= 5_200;
        }
        span = default;
        int time = text.IndexOf('T');
        ReadOnlySpan<char> date = time < 0 ? text : text.AsSpan(0, time);
        if (date.IndexOfAny('Y', 'M') >= 0)
        {
            return false;
        }
        try
        {
            span = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }
}
