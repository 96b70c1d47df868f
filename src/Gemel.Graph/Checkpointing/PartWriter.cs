using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Gemel.Graph;

/// <summary>Builds the body of one part, little-endian, and frames it.</summary>
internal sealed class PartWriter
{
    private readonly ArrayBufferWriter<byte> _body = new();

    public void Byte(byte value)
    {
        _body.GetSpan(1)[0] = value;
        _body.Advance(1);
    }

    public void UInt16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_body.GetSpan(2), checked((ushort)value));
        _body.Advance(2);
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_body.GetSpan(4), value);
        _body.Advance(4);
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_body.GetSpan(8), value);
        _body.Advance(8);
    }

    /// <summary>Length (4) and bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        UInt32((uint)value.Length);
        _body.Write(value);
    }

    /// <summary>Length in UTF-8 (4) and bytes.</summary>
    public void Text(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        UInt32((uint)length);
        Encoding.UTF8.GetBytes(value, _body.GetSpan(length));
        _body.Advance(length);
    }

    /// <summary>Writes the framed part and starts anew.</summary>
    public void Flush(CheckpointPart kind, IBufferWriter<byte> output)
    {
        Span<byte> frame = output.GetSpan(CheckpointFormat.FrameBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)_body.WrittenCount);
        frame[4] = (byte)kind;
        output.Advance(CheckpointFormat.FrameBytes);
        output.Write(_body.WrittenSpan);
        _body.ResetWrittenCount();
    }
}
