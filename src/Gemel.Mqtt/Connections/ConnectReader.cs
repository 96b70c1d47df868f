using Gemel.Mqtt.Protocol;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace Gemel.Mqtt.Connections;

/// <summary>Checks and decodes a CONNECT (section 3.1 of MQTT 3.1.1 and 5).</summary>
internal static class ConnectReader
{
    private const int MaxClientIdCharacters = 256;

    /// <returns>The version to answer in, and Success or what is wrong.</returns>
    /// <param name="formatter">Takes the version; untouched where the version is unknown.</param>
    public static ReasonCode Read(byte header, ReadOnlySpan<byte> body, MqttPacketFormatterAdapter formatter, out bool isVersion5, out MqttConnectPacket? connect)
    {
        connect = null;
        PacketCursor cursor = new(body);
        ReadOnlySpan<byte> name = cursor.ReadBytes();
        byte level = cursor.ReadByte();
        byte flags = cursor.ReadByte();
        isVersion5 = level >= 5;
        if (header != (byte)PacketType.Connect << 4 || cursor.HasFailed)
        {
            return ReasonCode.MalformedPacket;   // [MQTT-3.1.0-1]: the first packet is CONNECT
        }
        bool isKnown = (name.SequenceEqual("MQTT"u8) && level is 4 or 5) || (name.SequenceEqual("MQIsdp"u8) && level == 3);
        if (!isKnown)
        {
            return name.SequenceEqual("MQTT"u8) || name.SequenceEqual("MQIsdp"u8) ? ReasonCode.UnsupportedProtocolVersion : ReasonCode.MalformedPacket;
        }
        bool hasReservedFlag = (flags & 1) != 0;             // [MQTT-3.1.2-3]
        bool hasWillBitsAlone = (flags & 0b0011_1100) is not 0 and var will && ((will & 0b100) == 0 || (will & 0b1_1000) == 0b1_1000);   // [MQTT-3.1.2-11…15]
        if (hasReservedFlag || hasWillBitsAlone)
        {
            return ReasonCode.MalformedPacket;
        }
        ReceivedMqttPacket received = new(header, new ArraySegment<byte>(body.ToArray()), body.Length);
        formatter.DetectProtocolVersion(received);
        connect = Decoding.TryDecode<MqttConnectPacket>(formatter, received);
        return connect is null || !Decoding.AreTexts(connect.ClientId, connect.Username, connect.WillTopic, connect.WillContentType)
            ? ReasonCode.MalformedPacket
            : ReasonCode.Success;
    }

    /// <summary>What is wrong with the client identifier, as the end of a sentence; null where nothing is.</summary>
    public static string? ProblemOf(string? clientId, bool isVersion5, bool isCleanStart) => clientId switch
    {
        null or "" => isVersion5 || isCleanStart ? null : "is empty, which MQTT 3.1.1 allows only with a clean session",   // [MQTT-3.1.3-8]
        { Length: > MaxClientIdCharacters } => $"has {clientId.Length} characters",
        _ => clientId.Any(char.IsControl) ? "has a control character" : null,
    };
}
