using System.Globalization;

namespace Gemel.History;

/// <summary>A calendar month in UTC: the unit by which sample files are kept apart. The default value holds no time.</summary>
/// <param name="Start">Ticks of its first instant.</param>
/// <param name="End">Ticks of the first instant after it.</param>
internal readonly record struct Month(long Start, long End) : IComparable<Month>
{
    /// <summary>Name of its folder: <c>month=2026-11</c>.</summary>
    public string Folder => new DateTime(Start, DateTimeKind.Utc).ToString("'month='yyyy-MM", CultureInfo.InvariantCulture);

    public static Month Of(long ticks)
    {
        var time = new DateTime(ticks, DateTimeKind.Utc);
        var first = new DateTime(time.Year, time.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        return new Month(first.Ticks, first.AddMonths(1).Ticks);
    }

    public bool Holds(long ticks) => ticks >= Start && ticks < End;

    public int CompareTo(Month other) => Start.CompareTo(other.Start);
}
