namespace Gemel.Graph;

/// <summary>One change of one twin in the making: its row, and where its undo begins.</summary>
internal struct RowEdit
{
    public Twin Twin;
    public Chunk Chunk;
    public int Offset;
    public long FirstCell;
    /// <summary>Something that GET shows changes.</summary>
    public bool IsShown;
}

internal sealed partial class TwinStore
{
    public RowEdit BeginEdit(Twin twin)
    {
        Chunk chunk = twin.Table.ChunkOfRow(twin.Row, out int offset);
        return new RowEdit { Twin = twin, Chunk = chunk, Offset = offset, FirstCell = Undo.Cells.End };
    }

    /// <summary>Writes a cell, its old state to the undo first.</summary>
    public void Set(ref RowEdit edit, int column, in CellState cell)
    {
        Chunk chunk = edit.Chunk;
        int offset = edit.Offset;
        if ((cell.Flags & CellBits.WrittenSource) != 0)
        {
            ref UndoCell written = ref Undo.Cells.Add();
            written = default;
            written.Column = (ushort)(column | UndoCell.WrittenSourceMark);
            written.Bits = chunk.WrittenSource(column, offset);
            chunk.SetWrittenSource(column, offset, cell.WrittenSource);
        }
        Overwrite(chunk, column, offset, cell.Bits, cell.Text, cell.Times, cell.Flags, cell.Reason);
        edit.IsShown |= edit.Twin.Table.IsProperty(column);
    }

    /// <summary>Puts a sample or write that sets the state over what the cell holds.</summary>
    public void Put(ref RowEdit edit, int column, in IncomingCell cell, long server) =>
        Set(ref edit, column, cell.Over(edit.Chunk.Cell(column, edit.Offset), server));

    /// <summary>Clears all properties that were ever set.</summary>
    public void ClearProperties(ref RowEdit edit, long server)
    {
        var cleared = new IncomingCell(0, null, Quality.Good, ReasonTable.None, CellFlags.Written | CellFlags.NoSource | CellFlags.Cleared, 0);
        int columns = edit.Twin.Schema.Columns.Length;
        for (int column = 0; column < columns; column++)
        {
            if (edit.Twin.Table.IsProperty(column) && edit.Chunk.Flags(column)[edit.Offset] != CellBits.None)
            {
                Put(ref edit, column, cleared, server);
            }
        }
    }

    /// <summary>The hot part of <see cref="Set"/>.</summary>
    public void Overwrite(Chunk chunk, int column, int offset, long bits, byte[]? text, CellTimes times, CellBits flags, ushort reason)
    {
        ref long bitsAt = ref chunk.BitsAt(column, offset);
        ref CellTimes timesAt = ref chunk.TimesAt(column, offset);
        ref CellBits flagsAt = ref chunk.FlagsAt(column, offset);
        ref UndoCell undo = ref Undo.Cells.Add();
        undo.Bits = bitsAt;
        undo.Times = timesAt;
        undo.Flags = flagsAt;
        undo.Column = (ushort)column;
        undo.Text = null;
        undo.Reason = ReasonTable.None;
        if (chunk.Texts(column) is { } texts)
        {
            undo.Text = texts[offset];
            texts[offset] = text;
        }
        if (((flags | flagsAt) & CellBits.HasReason) != 0)
        {
            undo.Reason = (flagsAt & CellBits.HasReason) != 0 ? chunk.Reason(column, offset) : ReasonTable.None;
            chunk.SetReason(column, offset, reason);
        }
        bitsAt = bits;
        timesAt = times;
        flagsAt = flags;
    }

    /// <summary>Ends the change: leaves its undo entry and moves the header on.</summary>
    public void CompleteEdit(in RowEdit edit, long serverTicks)
    {
        Twin twin = edit.Twin;
        long index = Undo.Entries.End;
        ref UndoEntry entry = ref Undo.Entries.Add();
        entry.Twin = twin;
        entry.Commit = PendingCommit;
        entry.Previous = twin.UndoHead;
        entry.FirstCell = edit.FirstCell;
        entry.CellCount = (int)(Undo.Cells.End - edit.FirstCell);
        entry.Version = twin.Version;
        entry.LastCommit = twin.LastCommit;
        entry.LastUpdate = twin.LastUpdate.Ticks;
        twin.UndoHead = index;
        twin.LastCommit = PendingCommit;
        edit.Chunk.MaxCommit = PendingCommit;
        if (edit.IsShown)
        {
            twin.Version++;
            twin.LastUpdate = new Timestamp(serverTicks);
        }
    }
}
