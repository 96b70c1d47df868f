using System.Buffers;

namespace Gemel.Mqtt.Protocol;

internal enum SplitResult
{
    Packet,
    /// <summary>The rest of the packet has not come yet.</summary>
    Incomplete,
    /// <summary>The remaining length has more than four bytes.</summary>
    Malformed,
    TooLarge,
}

/// <summary>Walks over the control packets of a read buffer.</summary>
/// <remarks>A packet that lies in one segment is handed out in place; one that crosses segments is copied to scratch memory
/// that the next such packet overwrites. The size is checked before the body has come. Cost: a few nanoseconds a packet.</remarks>
/// <param name="buffer">What was read; not advanced by this type.</param>
/// <param name="maxPacketBytes">Largest packet, fixed header included.</param>
/// <param name="scratch">Grows to the largest crossing packet.</param>
internal ref struct PacketSplitter(ReadOnlySequence<byte> buffer, int maxPacketBytes, ArrayBufferWriter<byte> scratch)
{
    private const int MaxLengthBytes = 4;

    // Invariant: _rest begins at _span[0]; _offset bytes of _span are consumed.
    private ReadOnlySequence<byte> _rest = buffer;
    private ReadOnlySpan<byte> _span = buffer.FirstSpan;
    private int _offset;

    /// <summary>Bytes of the packets handed out so far.</summary>
    public long Consumed { get; private set; }

    /// <param name="header">First byte: type and flags.</param>
    /// <param name="body">Variable header and payload; valid until the next call.</param>
    public SplitResult TryNext(out byte header, out ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> rest = _span[_offset..];
        SplitResult length = ReadLength(rest, out int headerBytes, out int bodyBytes);
        if (length == SplitResult.Packet && rest.Length - headerBytes >= bodyBytes && headerBytes + bodyBytes <= maxPacketBytes)
        {
            header = rest[0];
            body = rest.Slice(headerBytes, bodyBytes);
            _offset += headerBytes + bodyBytes;
            Consumed += headerBytes + bodyBytes;
            return SplitResult.Packet;
        }
        return length == SplitResult.Malformed ? Fail(length, out header, out body) : TryNextAcross(out header, out body);
    }

    private SplitResult TryNextAcross(out byte header, out ReadOnlySpan<byte> body)
    {
        _rest = _rest.Slice(_offset);
        _offset = 0;
        _span = _rest.FirstSpan;
        Span<byte> start = stackalloc byte[1 + MaxLengthBytes];
        start = start[..(int)Math.Min(start.Length, _rest.Length)];
        _rest.Slice(0, start.Length).CopyTo(start);
        SplitResult length = ReadLength(start, out int headerBytes, out int bodyBytes);
        if (length != SplitResult.Packet)
        {
            return Fail(length, out header, out body);
        }
        int total = headerBytes + bodyBytes;
        if (total > maxPacketBytes || _rest.Length < total)
        {
            return Fail(total > maxPacketBytes ? SplitResult.TooLarge : SplitResult.Incomplete, out header, out body);
        }
        header = start[0];
        body = Contiguous(headerBytes, bodyBytes);
        _rest = _rest.Slice(total);
        _span = _rest.FirstSpan;
        Consumed += total;
        return SplitResult.Packet;
    }

    private readonly ReadOnlySpan<byte> Contiguous(int headerBytes, int bodyBytes)
    {
        if (_span.Length >= headerBytes + bodyBytes)
        {
            return _span.Slice(headerBytes, bodyBytes);
        }
        scratch.ResetWrittenCount();
        Span<byte> copy = scratch.GetSpan(bodyBytes)[..bodyBytes];
        _rest.Slice(headerBytes, bodyBytes).CopyTo(copy);
        return copy;
    }

    private static SplitResult Fail(SplitResult result, out byte header, out ReadOnlySpan<byte> body)
    {
        header = 0;
        body = default;
        return result;
    }

    /// <summary>MQTT 5 section 1.5.5: seven bits a byte, least significant first, at most four bytes.</summary>
    private static SplitResult ReadLength(ReadOnlySpan<byte> packet, out int headerBytes, out int bodyBytes)
    {
        bodyBytes = 0;
        headerBytes = 1;
        int shift = 0;
        while (headerBytes < packet.Length)
        {
            byte next = packet[headerBytes++];
            bodyBytes |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return SplitResult.Packet;
            }
            shift += 7;
            if (headerBytes > MaxLengthBytes)
            {
                return SplitResult.Malformed;
            }
        }
        return SplitResult.Incomplete;
    }
}
