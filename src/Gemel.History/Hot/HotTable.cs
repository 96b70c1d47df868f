using System.Text;

namespace Gemel.History;

/// <summary>Samples and lifecycle records since the last seal, in the order they came.</summary>
/// <remarks>
/// Plain rows without an index: a read compares the series column (4 bytes a row, a few milliseconds for the largest
/// table), which costs the writer nothing. Threading: one writer. <see cref="View"/> is taken under the store's lock and
/// may then be read by anyone while the writer goes on behind it.
/// </remarks>
internal sealed class HotTable(Func<HotBlock> newBlock)
{
    private HotBlock[] _blocks = new HotBlock[4];
    private RowExtra[] _extras = [];
    private int _extraCount;
    private LifecycleRecord[] _lifecycle = [];
    private int _lifecycleCount;
    private long _lifecycleBytes;
    private long _minTime = long.MaxValue;
    private long _maxTime = long.MinValue;

    public int Rows { get; private set; }

    public int BlockCount { get; private set; }

    public long TextBytes => Text.Bytes + _lifecycleBytes;

    public bool IsEmpty => Rows == 0 && _lifecycleCount == 0;

    public TextArena Text { get; } = new();

    public HotView View(long commit) => new(_blocks, Rows, _extras.AsMemory(0, _extraCount), _lifecycle.AsMemory(0, _lifecycleCount), Text, commit)
    {
        MinTime = _minTime,
        MaxTime = _maxTime,
    };

    /// <summary>Where the table ends now.</summary>
    public HotMark Mark => new(Rows, _minTime, _maxTime, _extraCount, _lifecycleCount, _lifecycleBytes, Text.Mark);

    /// <summary>Forgets what came after <paramref name="mark"/>; no view may reach behind it.</summary>
    public void Cut(HotMark mark, Action<HotBlock> recycle)
    {
        int kept = (mark.Rows + HotBlock.Rows - 1) >> HotBlock.RowBits;
        for (int i = kept; i < BlockCount; i++)
        {
            recycle(_blocks[i]);
        }
        (BlockCount, Rows, _minTime, _maxTime) = (kept, mark.Rows, mark.MinTime, mark.MaxTime);
        (_extraCount, _lifecycleCount, _lifecycleBytes) = (mark.Extras, mark.Lifecycle, mark.LifecycleBytes);
        Text.Cut(mark.Text);
    }

    public void Append(in Sample sample, long commit)
    {
        int at = Rows & (HotBlock.Rows - 1);
        if (at == 0)
        {
            AddBlock();
        }
        HotBlock block = _blocks[Rows >> HotBlock.RowBits];
        int series = sample.Series.Value;
        long time = sample.SourceTime.Ticks;
        block.Series[at] = series;
        ref HotRow row = ref block.Row[at];
        row.Time = time;
        row.Server = sample.ServerTime.Ticks;
        row.Commit = commit;
        row.Bits = sample.Kind >= ValueKind.Enum ? Text.Add(sample.Kind == ValueKind.Enum ? sample.Bits : 0, sample.Text) : sample.Bits;
        row.Series = series;
        row.Kind = (byte)sample.Kind;
        row.Quality = (byte)sample.Quality;
        row.Flags = (byte)sample.Flags;
        _minTime = Math.Min(_minTime, time);
        _maxTime = Math.Max(_maxTime, time);
        if (sample.Reason is not null || !sample.ClaimedTime.IsNone)
        {
            AddTo(ref _extras, ref _extraCount, new RowExtra(Rows, sample.Reason, sample.ClaimedTime.Ticks));
        }
        Rows++;
    }

    public void Append(LifecycleRecord record)
    {
        AddTo(ref _lifecycle, ref _lifecycleCount, record);
        _lifecycleBytes += 256 + (record.Document is null ? 0 : Encoding.UTF8.GetByteCount(record.Document));
    }

    /// <summary>Gives the blocks back once nobody reads them any more.</summary>
    public void Recycle(Action<HotBlock> recycle)
    {
        for (int i = 0; i < BlockCount; i++)
        {
            recycle(_blocks[i]);
        }
    }

    private void AddBlock()
    {
        if (BlockCount == _blocks.Length)
        {
            Array.Resize(ref _blocks, _blocks.Length * 2);
        }
        _blocks[BlockCount] = newBlock();
        BlockCount++;
    }

    // A view holds the array it was taken with: growing replaces the array and leaves the view's as it was.
    private static void AddTo<T>(ref T[] list, ref int count, T item)
    {
        if (count == list.Length)
        {
            Array.Resize(ref list, Math.Max(16, list.Length * 2));
        }
        list[count++] = item;
    }
}

/// <summary>An end of a hot table, to go back to.</summary>
internal readonly record struct HotMark(int Rows, long MinTime, long MaxTime, int Extras, int Lifecycle, long LifecycleBytes, TextMark Text);
