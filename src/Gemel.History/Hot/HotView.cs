namespace Gemel.History;

/// <summary>The rows of a hot table up to a commit; does not change while the writer appends behind it.</summary>
internal sealed class HotView(
    HotBlock[] blocks, int rows, ReadOnlyMemory<RowExtra> extras, ReadOnlyMemory<LifecycleRecord> lifecycle, TextArena text, long commit)
{
    public int Rows { get; } = rows;

    public long Commit { get; } = commit;

    public int BlockCount => (Rows + HotBlock.Rows - 1) >> HotBlock.RowBits;

    public ReadOnlyMemory<LifecycleRecord> Lifecycle { get; } = lifecycle;

    public HotBlock Block(int index) => blocks[index];

    public int RowsIn(int block) => Math.Min(HotBlock.Rows, Rows - (block << HotBlock.RowBits));

    public long TimeOf(int row) => blocks[row >> HotBlock.RowBits].Time[row & (HotBlock.Rows - 1)];

    /// <summary>Adds the rows named to the end of <paramref name="batch"/>.</summary>
    public void Gather(ReadOnlySpan<int> rows, RowBatch batch)
    {
        batch.Reserve(rows.Length);
        foreach (int row in rows)
        {
            HotBlock block = blocks[row >> HotBlock.RowBits];
            int from = row & (HotBlock.Rows - 1);
            int to = batch.Count++;
            batch.Series[to] = block.Series[from];
            batch.Time[to] = block.Time[from];
            batch.Server[to] = block.Server[from];
            batch.Commit[to] = block.Commit[from];
            batch.Kind[to] = block.Kind[from];
            batch.Quality[to] = block.Quality[from];
            batch.Flags[to] = block.Flags[from];
            if (block.Kind[from] < (byte)ValueKind.Enum)
            {
                batch.Bits[to] = block.Bits[from];
            }
            else
            {
                batch.SetText(to, text.Read(block.Bits[from], out batch.Bits[to]));
            }
            if (!extras.IsEmpty && FindExtra(row) is { } extra)
            {
                batch.SetExtra(to, extra.Reason, extra.ClaimedTime);
            }
        }
    }

    private RowExtra? FindExtra(int row)
    {
        ReadOnlySpan<RowExtra> all = extras.Span;
        int low = 0;
        int high = all.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = all[middle].Row.CompareTo(row);
            if (order == 0)
            {
                return all[middle];
            }
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }
}
