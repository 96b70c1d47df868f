namespace Gemel.Graph;

internal sealed partial class TwinStore
{
    private CellState[] _scratch = [];

    /// <summary>Copies a twin at a commit at which this form was the twin.</summary>
    public void Read(Twin twin, long commit, in Freshness freshness, TwinView view)
    {
        Span<CellState> cells = Cells(twin, commit);
        Span<CellView> shown = view.Begin(twin, HeaderAt(twin, commit));
        for (int column = 0; column < cells.Length; column++)
        {
            shown[column] = freshness.Show(cells[column], twin.Schema.Columns[column].Interval, Reasons);
        }
    }

    /// <summary>The cells of a twin at a commit, by column; valid until the next call.</summary>
    public Span<CellState> Cells(Twin twin, long commit)
    {
        int columns = twin.Schema.Columns.Length;
        if (_scratch.Length < columns)
        {
            _scratch = new CellState[columns];
        }
        Span<CellState> cells = _scratch.AsSpan(0, columns);
        if (twin.LastCommit > commit && Images.Find(twin.ImageHead, commit) is >= 0 and long image)
        {
            Images.Read(image, twin.Table, cells);
            return cells;
        }
        Chunk chunk = twin.Table.ChunkOfRow(twin.Row, out int offset);
        for (int column = 0; column < columns; column++)
        {
            cells[column] = chunk.Cell(column, offset);
        }
        if (twin.LastCommit > commit)
        {
            TakeBackCells(twin, commit, chunk, offset, cells);
        }
        return cells;
    }

    private void TakeBackCells(Twin twin, long commit, Chunk chunk, int offset, Span<CellState> cells)
    {
        for (long at = twin.UndoHead; at >= Undo.Entries.Start; at = Undo.Entries[at].Previous)
        {
            ref UndoEntry entry = ref Undo.Entries[at];
            if (entry.Commit <= commit)
            {
                return;
            }
            for (long cell = entry.FirstCell + entry.CellCount - 1; cell >= entry.FirstCell; cell--)
            {
                TakeBack(ref Undo.Cells[cell], chunk, offset, cells);
            }
        }
    }

    private static void TakeBack(ref UndoCell undo, Chunk chunk, int offset, Span<CellState> cells)
    {
        int column = undo.Column & ~UndoCell.WrittenSourceMark;
        ref CellState cell = ref cells[column];
        if ((undo.Column & UndoCell.WrittenSourceMark) != 0)
        {
            cell = cell with { WrittenSource = undo.Bits };
            return;
        }
        // The written time was not cleared with its flag, so what the chunk holds is right until a mark says otherwise.
        long written = cell.WrittenSource != 0 ? cell.WrittenSource : chunk.WrittenSource(column, offset);
        cell = new CellState(undo.Bits, undo.Text, undo.Times, undo.Flags, undo.Reason, written);
    }
}
