namespace Gemel.Graph;

internal sealed partial class TwinStore
{
    private readonly int[] _rows = new int[TwinTable.LargestChunkRows];

    public int ReadChunk(TwinTable table, int index, long commit, ReadOnlySpan<int> columns, ChunkBuffer buffer)
    {
        Chunk chunk = table.Chunk(index);
        buffer.Begin(columns.Length);
        ReadOnlySpan<int> rows = VisibleRows(chunk, commit, buffer.Rows);
        buffer.Count = rows.Length;
        for (int i = 0; i < columns.Length && !rows.IsEmpty; i++)
        {
            CopyColumn(chunk, columns[i], rows, buffer.Columns[i], buffer.WithDetails);
        }
        if (chunk.MaxCommit > commit)
        {
            for (int row = 0; row < rows.Length; row++)
            {
                if (buffer.Twins[row].LastCommit > commit)
                {
                    TakeBackRow(buffer.Twins[row], commit, columns, buffer, row);
                }
            }
        }
        return rows.Length;
    }

    public void ReadTwin(Twin twin, long commit, ReadOnlySpan<int> columns, ChunkBuffer buffer)
    {
        buffer.Begin(columns.Length);
        buffer.Rows[0] = twin;
        buffer.Count = 1;
        TakeBackRow(twin, commit, columns, buffer, row: 0);
    }

    /// <summary>The twins that lived in a chunk at a commit.</summary>
    public int TwinsOfChunk(TwinTable table, int index, long commit, Span<Twin> twins) => VisibleRows(table.Chunk(index), commit, twins).Length;

    private ReadOnlySpan<int> VisibleRows(Chunk chunk, long commit, Span<Twin> twins)
    {
        int count = 0;
        Twin?[] all = chunk.Twins;
        for (int row = 0; row < all.Length; row++)
        {
            if (all[row] is { } twin && twin.SinceCommit <= commit && (twin.EndedCommit == 0 || twin.EndedCommit > commit))
            {
                twins[count] = twin;
                _rows[count++] = row;
            }
        }
        return _rows.AsSpan(0, count);
    }

    private static void CopyColumn(Chunk chunk, int column, ReadOnlySpan<int> rows, ColumnBuffer into, bool withDetails)
    {
        ReadOnlySpan<CellBits> flags = chunk.Flags(column);
        if (chunk.Texts(column) is { } texts)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                into.Texts[i] = texts[rows[i]];
            }
        }
        else
        {
            CopyBits(chunk.Bits(column), rows, into.Bits);
        }
        for (int i = 0; i < rows.Length; i++)
        {
            into.HasValue[i] = (flags[rows[i]] & CellBits.HasValue) != 0;
        }
        if (withDetails)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                Details(chunk.Cell(column, rows[i]), into, i);
            }
        }
    }

    private static void CopyBits(ReadOnlySpan<long> bits, ReadOnlySpan<int> rows, Span<long> into)
    {
        // Rows ascend, so the last one tells whether none before it is missing.
        if (rows[^1] == rows.Length - 1)
        {
            bits[..rows.Length].CopyTo(into);
            return;
        }
        for (int i = 0; i < rows.Length; i++)
        {
            into[i] = bits[rows[i]];
        }
    }

    private void TakeBackRow(Twin twin, long commit, ReadOnlySpan<int> columns, ChunkBuffer buffer, int row)
    {
        ReadOnlySpan<CellState> cells = Cells(twin, commit);
        for (int i = 0; i < columns.Length; i++)
        {
            ref readonly CellState cell = ref cells[columns[i]];
            ColumnBuffer into = buffer.Columns[i];
            into.Bits[row] = cell.Bits;
            into.Texts[row] = cell.Text;
            into.HasValue[row] = (cell.Flags & CellBits.HasValue) != 0;
            if (buffer.WithDetails)
            {
                Details(cell, into, row);
            }
        }
    }

    private static void Details(in CellState cell, ColumnBuffer into, int row)
    {
        into.Qualities[row] = (Quality)(cell.Flags & CellBits.QualityMask);
        into.Servers[row] = cell.Times.Server;
        into.Sources[row] = Freshness.SourceOf(cell);
    }
}
