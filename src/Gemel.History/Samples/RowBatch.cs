namespace Gemel.History;

/// <summary>Rows column by column, the form in which they travel between table, files and readers; reusable.</summary>
/// <remarks>Owned by one thread at a time. Times in ticks. Only rows of kind Text, Json and Enum have text; reasons and
/// claimed times are kept only where <see cref="HasExtras"/> says that some row has one.</remarks>
internal sealed class RowBatch
{
    public int Count;
    public int[] Series = [];
    public long[] Time = [];
    public long[] Server = [];
    public long[] Commit = [];
    public long[] Bits = [];
    public byte[] Kind = [];
    public byte[] Quality = [];
    public byte[] Flags = [];
    private int[] _textStart = [];
    private int[] _textLength = [];
    private string?[] _reason = [];
    private long[] _claimed = [];
    private byte[] _text = [];
    private int _textUsed;

    /// <summary>Some row is of a kind that has text, be it empty.</summary>
    public bool HasText { get; private set; }

    public bool HasExtras { get; private set; }

    public int TextBytes => _textUsed;

    /// <summary>The buffer that <see cref="TextRange"/> points into.</summary>
    public byte[] AllText => _text;

    public void Clear()
    {
        if (HasExtras)
        {
            Array.Clear(_reason, 0, Count);
            Array.Clear(_claimed, 0, Count);
        }
        Count = 0;
        _textUsed = 0;
        HasText = false;
        HasExtras = false;
    }

    /// <summary>Makes room for <paramref name="more"/> rows behind <see cref="Count"/>.</summary>
    public void Reserve(int more)
    {
        int needed = Count + more;
        if (needed <= Series.Length)
        {
            return;
        }
        int size = Math.Max(needed, Series.Length * 2);
        Array.Resize(ref Series, size);
        Array.Resize(ref Time, size);
        Array.Resize(ref Server, size);
        Array.Resize(ref Commit, size);
        Array.Resize(ref Bits, size);
        Array.Resize(ref Kind, size);
        Array.Resize(ref Quality, size);
        Array.Resize(ref Flags, size);
        Array.Resize(ref _textStart, size);
        Array.Resize(ref _textLength, size);
        Array.Resize(ref _reason, size);
        Array.Resize(ref _claimed, size);
    }

    public bool HasTextAt(int row) => Kind[row] >= (byte)ValueKind.Enum;

    public ReadOnlySpan<byte> Text(int row) => HasTextAt(row) ? _text.AsSpan(_textStart[row], _textLength[row]) : default;

    public (int Start, int Length) TextRange(int row) => (_textStart[row], _textLength[row]);

    public string? Reason(int row) => HasExtras ? _reason[row] : null;

    public long Claimed(int row) => HasExtras ? _claimed[row] : 0;

    public void SetText(int row, ReadOnlySpan<byte> text)
    {
        if (_textUsed + text.Length > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(_textUsed + text.Length, Math.Max(4096, _text.Length * 2)));
        }
        text.CopyTo(_text.AsSpan(_textUsed));
        HasText = true;
        (_textStart[row], _textLength[row]) = (_textUsed, text.Length);
        _textUsed += text.Length;
    }

    public void SetExtra(int row, string? reason, long claimed)
    {
        HasExtras = true;
        (_reason[row], _claimed[row]) = (reason, claimed);
    }

    /// <summary>Adds rows of another batch at the end.</summary>
    public void CopyFrom(RowBatch other, int start, int count)
    {
        Reserve(count);
        int at = Count;
        Array.Copy(other.Series, start, Series, at, count);
        Array.Copy(other.Time, start, Time, at, count);
        Array.Copy(other.Server, start, Server, at, count);
        Array.Copy(other.Commit, start, Commit, at, count);
        Array.Copy(other.Bits, start, Bits, at, count);
        Array.Copy(other.Kind, start, Kind, at, count);
        Array.Copy(other.Quality, start, Quality, at, count);
        Array.Copy(other.Flags, start, Flags, at, count);
        Count += count;
        for (int i = 0; (other.HasText || other.HasExtras) && i < count; i++)
        {
            if (other.HasTextAt(start + i))
            {
                SetText(at + i, other.Text(start + i));
            }
            if (other.HasExtras && (other._reason[start + i] is not null || other._claimed[start + i] != 0))
            {
                SetExtra(at + i, other._reason[start + i], other._claimed[start + i]);
            }
        }
    }

    /// <summary>Series and source time are equal.</summary>
    public bool SameKey(int row, RowBatch other, int otherRow) =>
        Series[row] == other.Series[otherRow] && Time[row] == other.Time[otherRow];

    /// <summary>The row says nothing that <paramref name="otherRow"/> does not: same value, quality and reason.</summary>
    public bool SameValue(int row, RowBatch other, int otherRow) =>
        Kind[row] == other.Kind[otherRow] && Bits[row] == other.Bits[otherRow] && Quality[row] == other.Quality[otherRow]
        && Reason(row) == other.Reason(otherRow) && Text(row).SequenceEqual(other.Text(otherRow));
}
