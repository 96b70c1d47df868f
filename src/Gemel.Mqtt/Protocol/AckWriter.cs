using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Gemel.Mqtt.Protocol;

/// <summary>Writes PUBACK, PUBREC, PUBCOMP and DISCONNECT as bytes.</summary>
internal static class AckWriter
{
    private const int MaxReasonBytes = 200;
    private const int MaxPropertyBytes = 1 + 3 + MaxReasonBytes + 32;

    /// <summary>The four bytes that mean success in every version (MQTT 5 sections 3.4.2.1, 3.5.2.1, 3.7.2.1).</summary>
    public static void WriteSuccess(IBufferWriter<byte> output, PacketType type, ushort packetId)
    {
        Span<byte> packet = output.GetSpan(4);
        packet[0] = (byte)((int)type << 4);
        packet[1] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], packetId);
        output.Advance(4);
    }

    /// <summary>An acknowledgement of MQTT 5 with reason and properties.</summary>
    /// <param name="rejected">Becomes the user property <c>rejected</c> where positive.</param>
    /// <param name="text">Reason string; null for none.</param>
    public static void Write(IBufferWriter<byte> output, PacketType type, ushort packetId, ReasonCode reason, int rejected, string? text)
    {
        Span<byte> properties = stackalloc byte[MaxPropertyBytes];
        int length = WriteProperties(properties, rejected, text);
        Span<byte> start = stackalloc byte[3];
        BinaryPrimitives.WriteUInt16BigEndian(start, packetId);
        start[2] = (byte)reason;
        WritePacket(output, (byte)((int)type << 4), start, properties[..length]);
    }

    /// <summary>DISCONNECT of MQTT 5 (section 3.14).</summary>
    public static void WriteDisconnect(IBufferWriter<byte> output, ReasonCode reason, string? text)
    {
        Span<byte> properties = stackalloc byte[MaxPropertyBytes];
        int length = WriteProperties(properties, 0, text);
        WritePacket(output, (byte)PacketType.Disconnect << 4, [(byte)reason], properties[..length]);
    }

    /// <summary>CONNACK of MQTT 5 that refuses (section 3.2); the properties' length is not optional there.</summary>
    public static void WriteConnAckRefusal(IBufferWriter<byte> output, ReasonCode reason, string? text)
    {
        Span<byte> properties = stackalloc byte[MaxPropertyBytes];
        int length = WriteProperties(properties, 0, text);
        ReadOnlySpan<byte> start = length == 0 ? [0, (byte)reason, 0] : [0, (byte)reason];
        WritePacket(output, (byte)PacketType.ConnAck << 4, start, properties[..length]);
    }

    private static void WritePacket(IBufferWriter<byte> output, byte header, ReadOnlySpan<byte> start, ReadOnlySpan<byte> properties)
    {
        int body = start.Length + (properties.IsEmpty ? 0 : LengthBytes(properties.Length) + properties.Length);
        Span<byte> packet = output.GetSpan(1 + LengthBytes(body) + body);
        packet[0] = header;
        int at = 1 + WriteLength(packet[1..], body);
        start.CopyTo(packet[at..]);
        at += start.Length;
        if (!properties.IsEmpty)
        {
            at += WriteLength(packet[at..], properties.Length);
            properties.CopyTo(packet[at..]);
            at += properties.Length;
        }
        output.Advance(at);
    }

    private static int WriteProperties(Span<byte> properties, int rejected, string? text)
    {
        int at = 0;
        if (text is not null)
        {
            properties[at++] = PropertyId.ReasonString;
            _ = System.Text.Unicode.Utf8.FromUtf16(text, properties.Slice(at + 2, MaxReasonBytes), out _, out int bytes);
            BinaryPrimitives.WriteUInt16BigEndian(properties[at..], (ushort)bytes);
            at += 2 + bytes;
        }
        if (rejected > 0)
        {
            properties[at++] = PropertyId.UserProperty;
            at += WriteText(properties[at..], "rejected"u8);
            Span<byte> digits = stackalloc byte[11];
            rejected.TryFormat(digits, out int length, provider: CultureInfo.InvariantCulture);
            at += WriteText(properties[at..], digits[..length]);
        }
        return at;
    }

    private static int WriteText(Span<byte> destination, ReadOnlySpan<byte> utf8)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)utf8.Length);
        utf8.CopyTo(destination[2..]);
        return 2 + utf8.Length;
    }

    private static int LengthBytes(int length) => length < 0x80 ? 1 : 2;

    private static int WriteLength(Span<byte> destination, int length)
    {
        if (length < 0x80)
        {
            destination[0] = (byte)length;
            return 1;
        }
        destination[0] = (byte)(length | 0x80);
        destination[1] = (byte)(length >> 7);
        return 2;
    }
}
