using System.Buffers.Binary;

namespace Gemel.Mqtt.Protocol;

/// <summary>Reads the parts of a packet's body in order; past the end it fails once and stays failed.</summary>
internal ref struct PacketCursor(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    /// <summary>A part did not fit into the body.</summary>
    public bool HasFailed { get; private set; }

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte ReadByte() => Take(1) is [var value] ? value : (byte)0;

    public ushort ReadUInt16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    public uint ReadUInt32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    /// <summary>Two bytes of length and as many bytes; the text is not checked.</summary>
    public ReadOnlySpan<byte> ReadBytes() => Take(ReadUInt16());

    /// <summary>A variable byte integer, at most four bytes.</summary>
    public int ReadVariable()
    {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7)
        {
            byte next = ReadByte();
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        HasFailed = true;
        return 0;
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length || HasFailed)
        {
            HasFailed = true;
            _rest = default;
            return default;
        }
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
