namespace Gemel.History;

/// <summary>The series within a row group, which lie one after the other, and where each begins.</summary>
internal sealed class SeriesRuns(int[] series, int[] starts, int rows)
{
    public int Count => series.Length;

    /// <summary>The rows of a series; an empty range where it has none.</summary>
    public (int Start, int End) Find(int wanted)
    {
        int at = Array.BinarySearch(series, wanted);
        return at < 0 ? (0, 0) : (starts[at], at + 1 < starts.Length ? starts[at + 1] : rows);
    }

    /// <param name="column">Ascending.</param>
    public static SeriesRuns Of(ReadOnlySpan<int> column)
    {
        List<int> series = [];
        List<int> starts = [];
        for (int row = 0; row < column.Length;)
        {
            series.Add(column[row]);
            starts.Add(row);
            int end = column[row..].IndexOfAnyExcept(column[row]);
            row = end < 0 ? column.Length : row + end;
        }
        return new SeriesRuns([.. series], [.. starts], column.Length);
    }
}
