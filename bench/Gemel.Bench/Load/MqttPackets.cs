using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Gemel.Bench.Load;

/// <summary>The MQTT 5 packets that the loader sends (OASIS MQTT 5.0, chapter 3).</summary>
internal static class MqttPackets
{
    public const byte ConnAck = 2;
    public const byte Publish = 3;
    public const byte PubAck = 4;
    public const byte SubAck = 9;
    public const byte PingResp = 13;
    public const byte Disconnect = 14;

    private const byte ConnectFlags = 0b1100_0010;   // user name, password, clean start

    public static readonly ReadOnlyMemory<byte> PingReq = new byte[] { 0xC0, 0x00 };

    public static byte[] Connect(string clientId, string user, string password)
    {
        ArrayBufferWriter<byte> body = new();
        WriteText(body, "MQTT");
        body.Write<byte>([5, ConnectFlags, 0, 0, 0]);   // version, flags, no keep-alive, no properties
        WriteText(body, clientId);
        WriteText(body, user);
        WriteText(body, password);
        return Packet(0x10, body.WrittenSpan);
    }

    public static byte[] Subscribe(string filter)
    {
        ArrayBufferWriter<byte> body = new();
        body.Write<byte>([0, 1, 0]);   // packet identifier, no properties
        WriteText(body, filter);
        body.Write<byte>([0]);         // QoS 0
        return Packet(0x82, body.WrittenSpan);
    }

    public static void WritePublish(ArrayBufferWriter<byte> output, string topic, ReadOnlySpan<byte> payload, int qos, ushort identifier)
    {
        ArrayBufferWriter<byte> body = new();
        WriteText(body, topic);
        if (qos > 0)
        {
            WriteNumber(body, identifier);
        }
        body.Write<byte>([0]);   // no properties
        body.Write(payload);
        output.Write(Packet((byte)(0x30 | (qos << 1)), body.WrittenSpan));
    }

    private static byte[] Packet(byte first, ReadOnlySpan<byte> body)
    {
        ArrayBufferWriter<byte> packet = new();
        packet.Write<byte>([first]);
        int rest = body.Length;
        do
        {
            int digit = rest % 128;
            rest /= 128;
            packet.Write<byte>([(byte)(rest > 0 ? digit | 128 : digit)]);
        }
        while (rest > 0);
        packet.Write(body);
        return packet.WrittenSpan.ToArray();
    }

    private static void WriteText(ArrayBufferWriter<byte> output, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        WriteNumber(output, (ushort)utf8.Length);
        output.Write(utf8);
    }

    private static void WriteNumber(ArrayBufferWriter<byte> output, ushort number)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), number);
        output.Advance(2);
    }
}
