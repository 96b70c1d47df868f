using System.Buffers.Binary;
using System.Text;

namespace Gemel.Graph;

/// <summary>Reads the body of one part.</summary>
/// <exception cref="InvalidDataException">The part ends before what is asked for.</exception>
internal ref struct PartReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public byte[] Bytes() => Take(UInt32()).ToArray();

    public string Text() => Encoding.UTF8.GetString(Take(UInt32()));

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > (uint)_rest.Length)
        {
            throw new InvalidDataException("A part of the checkpoint ends too early.");
        }
        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
