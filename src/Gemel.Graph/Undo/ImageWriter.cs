using System.Buffers.Binary;

namespace Gemel.Graph;

/// <summary>Packs the cells of a row in order of their columns; see <see cref="RowImages"/>.</summary>
/// <param name="buffer">Large enough.</param>
/// <param name="firstTime">What the first times are written against.</param>
internal ref struct ImageWriter(Span<byte> buffer, long firstTime)
{
    private readonly Span<byte> _buffer = buffer;
    private long _source = firstTime;
    private long _server = firstTime;

    public int Length { get; private set; }

    public void Add(in CellState cell, bool isManaged)
    {
        _buffer[Length++] = (byte)cell.Flags;
        if (cell.Flags == CellBits.None)
        {
            return;
        }
        if (isManaged)
        {
            // Length + 1, so that 0 is no text.
            Varint((ulong)(cell.Text?.Length + 1 ?? 0));
            cell.Text.CopyTo(_buffer[Length..]);
            Length += cell.Text?.Length ?? 0;
        }
        else
        {
            Int64(cell.Bits);
        }
        Difference(cell.Times.Source, ref _source);
        Difference(cell.Times.Server, ref _server);
        if ((cell.Flags & CellBits.HasReason) != 0)
        {
            Varint(cell.Reason);
        }
        if ((cell.Flags & CellBits.WrittenSource) != 0)
        {
            Int64(cell.WrittenSource);
        }
    }

    private void Difference(long time, ref long before)
    {
        // ZigZag, as in Protobuf: small differences of either sign take few bytes.
        long difference = time - before;
        Varint((ulong)((difference << 1) ^ (difference >> 63)));
        before = time;
    }

    private void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer[Length..], value);
        Length += sizeof(long);
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _buffer[Length++] = (byte)(value | 0x80);
        }
        _buffer[Length++] = (byte)value;
    }
}
