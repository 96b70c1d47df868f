using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Gemel.History;

/// <summary>The values of one column of a row group in Arrow's layout: one slot a row, a bit where a row has a value.</summary>
/// <remarks>Reusable; what <see cref="Values"/> and <see cref="Validity"/> hand out stands until the next use. Owned by one thread.</remarks>
internal sealed class ColumnBuffer<T>
    where T : unmanaged
{
    private byte[] _values = [];
    private byte[] _valid = [];
    private int _rows;

    /// <summary>A slot for each row, with what was in it before.</summary>
    public Span<T> Slots => MemoryMarshal.Cast<byte, T>(_values.AsSpan(0, _rows * Unsafe.SizeOf<T>()));

    /// <summary>Rows without a value since the row group began.</summary>
    public int NullCount { get; private set; }

    public ArrowBuffer Values => new(_values.AsMemory(0, _rows * Unsafe.SizeOf<T>()));

    /// <summary>Empty where every row has a value.</summary>
    public ArrowBuffer Validity => NullCount == 0 ? ArrowBuffer.Empty : new ArrowBuffer(_valid.AsMemory(0, (_rows + 7) / 8));

    /// <summary>Begins a row group of which every row has a value.</summary>
    /// <returns><see cref="Slots"/>, to be filled.</returns>
    public Span<T> Begin(int rows)
    {
        (_rows, NullCount) = (rows, 0);
        int bytes = rows * Unsafe.SizeOf<T>();
        if (_values.Length < bytes)
        {
            (_values, _valid) = (new byte[bytes], new byte[(rows + 7) / 8]);
        }
        return Slots;
    }

    /// <summary>Begins a row group with these values.</summary>
    public void Begin(ReadOnlySpan<T> values) => values.CopyTo(Begin(values.Length));

    /// <summary>Says that rows have no value.</summary>
    public void SetNull(int row, int count = 1)
    {
        if (NullCount == 0)
        {
            _valid.AsSpan(0, (_rows + 7) / 8).Fill(0xFF);
        }
        NullCount += count;
        for (int end = row + count; row < end; row++)
        {
            _valid[row >> 3] &= (byte)~(1 << (row & 7));
        }
    }
}
