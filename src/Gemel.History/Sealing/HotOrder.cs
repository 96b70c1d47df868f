using System.Collections;

namespace Gemel.History;

/// <summary>Puts the rows of a hot table into the order of the files: by month, series, source time, arrival.</summary>
/// <remarks>Keeps its memory from table to table; it is bounded by the rows of a table, not by the series of the store. Owned by one thread.</remarks>
internal sealed class HotOrder
{
    // From so many series for each row on, counting them costs more than sorting by digits.
    private const int SeriesPerRow = 2;
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;

    private int[] _next = [];
    private long[] _last = [];
    private (int Series, int Row)[] _pairs = [];
    private (int Series, int Row)[] _sorted = [];
    private int[] _rows = [];

    /// <summary>The rows of each month, sorted; valid until the next call.</summary>
    /// <remarks>A counting sort by series (by the digits of its number where there are many more series than rows), then within a
    /// series a sort by time only where the samples did not come in order: linear for devices that send as they measure. Stable,
    /// so that corrections keep their order.</remarks>
    /// <param name="seriesCount">Above every series number in <paramref name="view"/>.</param>
    public IEnumerable<(Month Month, ReadOnlyMemory<int> Rows)> ByMonth(HotView view, int seriesCount)
    {
        if (view.Rows == 0)
        {
            yield break;
        }
        if (seriesCount / SeriesPerRow > view.Rows)
        {
            SortByDigits(view, seriesCount);
        }
        else
        {
            SortBySeries(view, seriesCount);
        }
        ReadOnlyMemory<int> rows = _rows.AsMemory(0, view.Rows);
        Month[] months = [.. Months(view)];
        foreach (Month month in months)
        {
            yield return (month, months.Length == 1 ? rows : Of(month, view, rows.Span));
        }
    }

    /// <summary>Sorts rows that stand in order of arrival by time; those of the same time stay as they stand.</summary>
    public static void SortIfNeeded(HotView view, Span<int> rows)
    {
        if (!IsSorted(view, rows))
        {
            Sort(view, rows);
        }
    }

    private void SortBySeries(HotView view, int seriesCount)
    {
        Reserve(seriesCount, view.Rows);
        Span<int> next = _next.AsSpan(0, seriesCount);
        Count(view, next);
        // The time of a row is read here, where rows lie one after the other, and not in the order of series.
        Span<long> last = _last.AsSpan(0, seriesCount);
        last.Fill(long.MinValue);
        BitArray? unordered = null;
        for (int b = 0; b < view.BlockCount; b++)
        {
            int row = b << HotBlock.RowBits;
            foreach (ref readonly HotRow each in view.Block(b).Row.AsSpan(0, view.RowsIn(b)))
            {
                _rows[next[each.Series]++] = row++;
                ref long before = ref last[each.Series];
                if (each.Time < before)
                {
                    (unordered ??= new BitArray(seriesCount))[each.Series] = true;
                }
                before = each.Time;
            }
        }
        if (unordered is not null)
        {
            SortTimes(view, next, unordered);
        }
    }

    /// <summary>The same from the least digit of the series' number to the greatest (radix sort), each pass being stable.</summary>
    private void SortByDigits(HotView view, int seriesCount)
    {
        Reserve(0, view.Rows);
        if (_pairs.Length < view.Rows)
        {
            (_pairs, _sorted) = (new (int, int)[view.Rows], new (int, int)[view.Rows]);
        }
        for (int b = 0, row = 0; b < view.BlockCount; b++)
        {
            foreach (int series in view.Block(b).Series.AsSpan(0, view.RowsIn(b)))
            {
                _pairs[row] = (series, row++);
            }
        }
        for (int shift = 0; seriesCount >> shift > 0; shift += DigitBits)
        {
            SortByDigit(view.Rows, shift);
        }
        for (int start = 0, end; start < view.Rows; start = end)
        {
            int series = _pairs[start].Series;
            for (end = start; end < view.Rows && _pairs[end].Series == series; end++)
            {
                _rows[end] = _pairs[end].Row;
            }
            SortIfNeeded(view, _rows.AsSpan(start, end - start));
        }
    }

    private void SortByDigit(int rows, int shift)
    {
        Span<int> next = stackalloc int[Digits];
        next.Clear();
        foreach ((int series, _) in _pairs.AsSpan(0, rows))
        {
            next[(series >> shift) & (Digits - 1)]++;
        }
        int start = 0;
        foreach (ref int slot in next)
        {
            (slot, start) = (start, start + slot);
        }
        foreach ((int Series, int Row) pair in _pairs.AsSpan(0, rows))
        {
            _sorted[next[(pair.Series >> shift) & (Digits - 1)]++] = pair;
        }
        (_pairs, _sorted) = (_sorted, _pairs);
    }

    /// <summary>Says where the rows of each series will begin.</summary>
    private static void Count(HotView view, Span<int> next)
    {
        next.Clear();
        for (int b = 0; b < view.BlockCount; b++)
        {
            foreach (int series in view.Block(b).Series.AsSpan(0, view.RowsIn(b)))
            {
                next[series]++;
            }
        }
        int start = 0;
        foreach (ref int slot in next)
        {
            (slot, start) = (start, start + slot);
        }
    }

    /// <param name="ends">Where the rows of each series end.</param>
    private void SortTimes(HotView view, ReadOnlySpan<int> ends, BitArray unordered)
    {
        int start = 0;
        for (int series = 0; series < ends.Length; series++)
        {
            if (unordered[series])
            {
                Sort(view, _rows.AsSpan(start, ends[series] - start));
            }
            start = ends[series];
        }
    }

    private static int[] Of(Month month, HotView view, ReadOnlySpan<int> rows)
    {
        List<int> held = [];
        foreach (int row in rows)
        {
            if (month.Holds(view.At(row).Time))
            {
                held.Add(row);
            }
        }
        return [.. held];
    }

    private static bool IsSorted(HotView view, ReadOnlySpan<int> rows)
    {
        long last = long.MinValue;
        foreach (int row in rows)
        {
            long time = view.At(row).Time;
            if (time < last)
            {
                return false;
            }
            last = time;
        }
        return true;
    }

    private static void Sort(HotView view, Span<int> rows)
    {
        var keys = new (long Time, int Row)[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            keys[i] = (view.At(rows[i]).Time, rows[i]);
        }
        // The row number as second key makes the unstable sort stable.
        Array.Sort(keys);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = keys[i].Row;
        }
    }

    private static IEnumerable<Month> Months(HotView view)
    {
        Month last = Month.Of(view.MinTime);
        if (last.Holds(view.MaxTime))
        {
            return [last];
        }
        SortedSet<Month> months = [last];
        for (int row = 0; row < view.Rows; row++)
        {
            long time = view.At(row).Time;
            if (!last.Holds(time))
            {
                last = Month.Of(time);
                months.Add(last);
            }
        }
        return months;
    }

    private void Reserve(int seriesCount, int rows)
    {
        if (_next.Length < seriesCount)
        {
            (_next, _last) = (new int[seriesCount], new long[seriesCount]);
        }
        if (_rows.Length < rows)
        {
            _rows = new int[rows];
        }
    }
}
