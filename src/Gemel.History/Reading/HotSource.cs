namespace Gemel.History;

/// <summary>Rows of one path in a table in memory.</summary>
/// <param name="rows">At least one row of the table, ascending by time, then by arrival.</param>
internal sealed class HotSource(HotView view, int[] rows, bool isDescending)
    : RowSource(isDescending, view.At(isDescending ? rows[^1] : rows[0]).Time)
{
    private const int LoadedRows = 4_096;

    private int _done;

    protected override bool Load(RowBatch batch)
    {
        int count = Math.Min(LoadedRows, rows.Length - _done);
        int start = IsDescending ? rows.Length - _done - count : _done;
        view.Gather(rows.AsSpan(start, count), batch);
        _done += count;
        return count > 0;
    }
}
