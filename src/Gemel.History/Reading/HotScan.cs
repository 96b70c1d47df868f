using System.Runtime.Intrinsics;

namespace Gemel.History;

/// <summary>Finds rows of some series in a table in memory.</summary>
internal static class HotScan
{
    /// <summary>The rows of each wanted path with a time from <paramref name="from"/> to before <paramref name="to"/>, ascending
    /// by time, then by arrival; null where a path has none.</summary>
    public static int[]?[] Find(HotView view, SeriesSelection wanted, long from, long to)
    {
        var found = new List<int>?[wanted.PathCount];
        for (int b = 0; !wanted.IsEmpty && b < view.BlockCount; b++)
        {
            HotBlock block = view.Block(b);
            FindInBlock(block, view.RowsIn(b), b << HotBlock.RowBits, wanted, from, to, found);
        }
        return Array.ConvertAll(found, rows => Sorted(view, rows));
    }

    private static int[]? Sorted(HotView view, List<int>? rows)
    {
        if (rows is null)
        {
            return null;
        }
        int[] sorted = [.. rows];
        HotOrder.SortIfNeeded(view, sorted);
        return sorted;
    }

    // The series of one twin lie close together: most lanes are ruled out by one unsigned comparison of the distance.
    private static void FindInBlock(HotBlock block, int rows, int firstRow, SeriesSelection wanted, long from, long to, List<int>?[] found)
    {
        ReadOnlySpan<int> series = block.Series.AsSpan(0, rows);
        Vector256<int> min = Vector256.Create(wanted.Min);
        Vector256<uint> span = Vector256.Create((uint)(wanted.Max - wanted.Min));
        int row = 0;
        for (; row + Vector256<int>.Count <= rows; row += Vector256<int>.Count)
        {
            Vector256<uint> distance = (Vector256.Create(series[row..]) - min).AsUInt32();
            if (Vector256.LessThanOrEqualAny(distance, span))
            {
                Take(row, row + Vector256<int>.Count);
            }
        }
        Take(row, rows);

        void Take(int start, int end)
        {
            for (int i = start; i < end; i++)
            {
                int path = wanted.PathOf(block.Series[i]);
                if (path >= 0 && block.Row[i].Time >= from && block.Row[i].Time < to)
                {
                    (found[path] ??= []).Add(firstRow + i);
                }
            }
        }
    }
}
