using System.Buffers.Binary;

namespace Gemel.Graph;

/// <summary>Unpacks what <see cref="ImageWriter"/> packed, column by column.</summary>
internal ref struct ImageReader(ReadOnlySpan<byte> image, long firstTime)
{
    private ReadOnlySpan<byte> _rest = image;
    private long _source = firstTime;
    private long _server = firstTime;

    public CellState Next(bool isManaged)
    {
        var flags = (CellBits)Take(1)[0];
        if (flags == CellBits.None)
        {
            return default;
        }
        long bits = isManaged ? 0 : Int64();
        byte[]? text = isManaged && Varint() is > 0 and ulong length ? Take((int)(length - 1)).ToArray() : null;
        _source += Difference();
        _server += Difference();
        ushort reason = (flags & CellBits.HasReason) != 0 ? (ushort)Varint() : ReasonTable.None;
        long written = (flags & CellBits.WrittenSource) != 0 ? Int64() : 0;
        return new CellState(bits, text, new CellTimes(_source, _server), flags, reason, written);
    }

    private long Difference()
    {
        ulong zigzag = Varint();
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    private long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
