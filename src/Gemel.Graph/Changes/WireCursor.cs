using System.Buffers.Binary;

namespace Gemel.Graph;

/// <summary>Reads the fields of one Protobuf message, one after the other.</summary>
internal ref struct WireCursor(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>Tag of the present field (number and wire type); its value must be read or skipped before the next one.</summary>
    public uint Tag { get; private set; }

    public bool Next()
    {
        if (_position == _message.Length)
        {
            return false;
        }
        Tag = (uint)Varint();
        return true;
    }

    /// <summary>The tag of the next field; 0 at the end.</summary>
    public readonly uint PeekTag()
    {
        WireCursor ahead = this;
        return ahead.Next() ? ahead.Tag : 0;
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && _position < _message.Length; shift += 7)
        {
            byte next = _message[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        throw Damaged();
    }

    public long Fixed64()
    {
        if (_message.Length - _position < 8)
        {
            throw Damaged();
        }
        long value = BinaryPrimitives.ReadInt64LittleEndian(_message[_position..]);
        _position += 8;
        return value;
    }

    public ReadOnlySpan<byte> Bytes()
    {
        ulong length = Varint();
        if (length > (ulong)(_message.Length - _position))
        {
            throw Damaged();
        }
        ReadOnlySpan<byte> value = _message.Slice(_position, (int)length);
        _position += (int)length;
        return value;
    }

    /// <summary>Passes over the value of the present field.</summary>
    public void Skip()
    {
        switch (Tag & 7)
        {
            case 0: Varint(); break;
            case 1: Fixed64(); break;
            case 2: Bytes(); break;
            case 5 when _message.Length - _position >= 4: _position += 4; break;
            default: throw Damaged();
        }
    }

    private static InvalidDataException Damaged() => new("The payload is not a message gemel.v1.Commit: a field is cut short or of an unknown wire type.");
}
