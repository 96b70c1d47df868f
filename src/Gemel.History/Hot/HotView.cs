namespace Gemel.History;

/// <summary>The rows of a hot table up to a commit; does not change while the writer appends behind it.</summary>
internal sealed class HotView(
    HotBlock[] blocks, int rows, ReadOnlyMemory<RowExtra> extras, ReadOnlyMemory<LifecycleRecord> lifecycle, TextArena text, long commit)
{
    public int Rows { get; } = rows;

    public long Commit { get; } = commit;

    /// <summary>No row has an earlier time.</summary>
    public required long MinTime { get; init; }

    /// <summary>No row has a later time.</summary>
    public required long MaxTime { get; init; }

    public int BlockCount => (Rows + HotBlock.Rows - 1) >> HotBlock.RowBits;

    public ReadOnlyMemory<LifecycleRecord> Lifecycle { get; } = lifecycle;

    public HotBlock Block(int index) => blocks[index];

    public int RowsIn(int block) => Math.Min(HotBlock.Rows, Rows - (block << HotBlock.RowBits));

    public ref readonly HotRow At(int row) => ref blocks[row >> HotBlock.RowBits].Row[row & (HotBlock.Rows - 1)];

    /// <summary>Adds the rows named to the end of <paramref name="batch"/>.</summary>
    public void Gather(ReadOnlySpan<int> rows, RowBatch batch)
    {
        batch.Reserve(rows.Length);
        foreach (int row in rows)
        {
            ref readonly HotRow from = ref At(row);
            int to = batch.Count++;
            batch.Series[to] = from.Series;
            batch.Time[to] = from.Time;
            batch.Server[to] = from.Server;
            batch.Commit[to] = from.Commit;
            batch.Kind[to] = from.Kind;
            batch.Quality[to] = from.Quality;
            batch.Flags[to] = from.Flags;
            if (from.Kind < (byte)ValueKind.Enum)
            {
                batch.Bits[to] = from.Bits;
            }
            else
            {
                batch.SetText(to, text.Read(from.Bits, out batch.Bits[to]));
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
