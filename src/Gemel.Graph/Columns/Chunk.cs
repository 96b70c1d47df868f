using Gemel.Graph.LowLevel;

namespace Gemel.Graph;

/// <summary>Up to 256 rows of a table: per column values, times and flags in native memory; texts, and the rare reasons and
/// times of writes, in managed arrays that exist only where a column needs them.</summary>
internal sealed class Chunk : IDisposable
{
    private const int BytesPerCell = sizeof(long) + (2 * sizeof(long)) + 1;

    private readonly NativeBlock? _cells;
    private readonly byte[]?[]?[] _texts;
    private readonly ushort[]?[] _reasons;
    private readonly long[]?[] _writtenSources;

    public Chunk(int firstRow, int capacity, ReadOnlySpan<ValueKind> kinds)
    {
        FirstRow = firstRow;
        Capacity = capacity;
        Twins = new Twin?[capacity];
        _cells = kinds.IsEmpty ? null : new NativeBlock(capacity * BytesPerCell * kinds.Length);
        _texts = new byte[]?[]?[kinds.Length];
        _reasons = new ushort[]?[kinds.Length];
        _writtenSources = new long[]?[kinds.Length];
        for (int column = 0; column < kinds.Length; column++)
        {
            _texts[column] = kinds[column] is ValueKind.Text or ValueKind.Json ? new byte[]?[capacity] : null;
        }
    }

    public int FirstRow { get; }

    public int Capacity { get; }

    /// <summary>The form of a twin that each row holds; null where free.</summary>
    public Twin?[] Twins { get; }

    /// <summary>No row has changed since this commit.</summary>
    public long MaxCommit { get; set; }

    public Span<long> Bits(int column) => Cells.Slice<long>(column * Capacity * BytesPerCell, Capacity);

    public Span<CellTimes> Times(int column) => Cells.Slice<CellTimes>((column * Capacity * BytesPerCell) + (Capacity * sizeof(long)), Capacity);

    public Span<CellBits> Flags(int column) => Cells.Slice<CellBits>((column * Capacity * BytesPerCell) + (Capacity * 3 * sizeof(long)), Capacity);

    public ref long BitsAt(int column, int offset) => ref Cells.At<long>((column * Capacity * BytesPerCell) + (offset * sizeof(long)));

    public ref CellTimes TimesAt(int column, int offset) =>
        ref Cells.At<CellTimes>((column * Capacity * BytesPerCell) + (Capacity * sizeof(long)) + (offset * 2 * sizeof(long)));

    public ref CellBits FlagsAt(int column, int offset) => ref Cells.At<CellBits>((column * Capacity * BytesPerCell) + (Capacity * 3 * sizeof(long)) + offset);

    /// <summary>Null for a column whose kind is held in 64 bits.</summary>
    public byte[]?[]? Texts(int column) => _texts[column];

    public ushort Reason(int column, int offset) => _reasons[column] is { } reasons ? reasons[offset] : ReasonTable.None;

    public void SetReason(int column, int offset, ushort reason) => (_reasons[column] ??= new ushort[Capacity])[offset] = reason;

    public long WrittenSource(int column, int offset) => _writtenSources[column] is { } sources ? sources[offset] : 0;

    public void SetWrittenSource(int column, int offset, long ticks) => (_writtenSources[column] ??= new long[Capacity])[offset] = ticks;

    public CellState Cell(int column, int offset)
    {
        CellBits flags = Flags(column)[offset];
        return new CellState(
            Bits(column)[offset],
            _texts[column]?[offset],
            Times(column)[offset],
            flags,
            (flags & CellBits.HasReason) != 0 ? Reason(column, offset) : ReasonTable.None,
            (flags & CellBits.WrittenSource) != 0 ? WrittenSource(column, offset) : 0);
    }

    /// <summary>Puts a value that is no text, has no reason and no source time of a write into a cell, without undo.</summary>
    public void Fill(int column, int offset, long bits, CellTimes times, CellBits flags)
    {
        BitsAt(column, offset) = bits;
        TimesAt(column, offset) = times;
        FlagsAt(column, offset) = flags;
    }

    /// <summary>Writes a cell of a row that nobody has seen yet, without undo.</summary>
    public void Fill(int column, int offset, in CellState cell)
    {
        Bits(column)[offset] = cell.Bits;
        Times(column)[offset] = cell.Times;
        Flags(column)[offset] = cell.Flags;
        if (_texts[column] is { } texts)
        {
            texts[offset] = cell.Text;
        }
        if ((cell.Flags & CellBits.HasReason) != 0)
        {
            SetReason(column, offset, cell.Reason);
        }
        if ((cell.Flags & CellBits.WrittenSource) != 0)
        {
            SetWrittenSource(column, offset, cell.WrittenSource);
        }
    }

    /// <summary>Makes a row as if nothing had ever been in it.</summary>
    public void ClearRow(int offset)
    {
        for (int column = 0; column < _texts.Length; column++)
        {
            Bits(column)[offset] = 0;
            Times(column)[offset] = default;
            Flags(column)[offset] = CellBits.None;
            if (_texts[column] is { } texts)
            {
                texts[offset] = null;
            }
        }
    }

    public void Dispose() => _cells?.Dispose();

    private NativeBlock Cells => _cells ?? throw new InvalidOperationException("The schema has no columns.");
}
