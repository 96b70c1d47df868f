namespace Gemel.History;

/// <summary>Puts the rows of a hot table into the order of the files: by month, series, source time, arrival.</summary>
internal static class HotOrder
{
    /// <summary>The rows of each month, sorted.</summary>
    /// <remarks>A counting sort by series, then within a series a sort by time only where the samples did not come in
    /// order: linear for devices that send as they measure. Stable, so that corrections keep their order.</remarks>
    /// <param name="seriesCount">Above every series number in <paramref name="view"/>.</param>
    public static IEnumerable<(Month Month, ReadOnlyMemory<int> Rows)> ByMonth(HotView view, int seriesCount)
    {
        if (view.Rows == 0)
        {
            yield break;
        }
        int[] rows = BySeries(view, seriesCount, out int[] ends);
        SortTimes(view, rows, ends);
        Month[] months = [.. Months(view)];
        foreach (Month month in months)
        {
            yield return (month, months.Length == 1 ? rows : Array.FindAll(rows, row => month.Holds(view.TimeOf(row))));
        }
    }

    private static int[] BySeries(HotView view, int seriesCount, out int[] ends)
    {
        var next = new int[seriesCount];
        for (int b = 0; b < view.BlockCount; b++)
        {
            foreach (int series in view.Block(b).Series.AsSpan(0, view.RowsIn(b)))
            {
                next[series]++;
            }
        }
        int start = 0;
        foreach (ref int slot in next.AsSpan())
        {
            (slot, start) = (start, start + slot);
        }
        var rows = new int[view.Rows];
        for (int b = 0; b < view.BlockCount; b++)
        {
            int row = b << HotBlock.RowBits;
            foreach (int series in view.Block(b).Series.AsSpan(0, view.RowsIn(b)))
            {
                rows[next[series]++] = row++;
            }
        }
        ends = next;
        return rows;
    }

    private static void SortTimes(HotView view, int[] rows, int[] ends)
    {
        int start = 0;
        foreach (int end in ends)
        {
            SortIfNeeded(view, rows.AsSpan(start, end - start));
            start = end;
        }
    }

    private static bool IsSorted(HotView view, ReadOnlySpan<int> rows)
    {
        long last = long.MinValue;
        foreach (int row in rows)
        {
            long time = view.TimeOf(row);
            if (time < last)
            {
                return false;
            }
            last = time;
        }
        return true;
    }

    /// <summary>Sorts rows that stand in order of arrival by time; those of the same time stay as they stand.</summary>
    public static void SortIfNeeded(HotView view, Span<int> rows)
    {
        if (IsSorted(view, rows))
        {
            return;
        }
        var keys = new (long Time, int Row)[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            keys[i] = (view.TimeOf(rows[i]), rows[i]);
        }
        // The row number as second key makes the unstable sort stable.
        Array.Sort(keys);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = keys[i].Row;
        }
    }

    private static SortedSet<Month> Months(HotView view)
    {
        SortedSet<Month> months = [];
        Month last = default;
        for (int b = 0; b < view.BlockCount; b++)
        {
            foreach (long time in view.Block(b).Time.AsSpan(0, view.RowsIn(b)))
            {
                if (!last.Holds(time))
                {
                    last = Month.Of(time);
                    months.Add(last);
                }
            }
        }
        return months;
    }
}
