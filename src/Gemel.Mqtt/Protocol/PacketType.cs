namespace Gemel.Mqtt.Protocol;

/// <summary>Control packet types (section 2.1.2 of MQTT 3.1.1 and 5), the upper half of the first byte.</summary>
internal enum PacketType : byte
{
    Connect = 1,
    ConnAck = 2,
    Publish = 3,
    PubAck = 4,
    PubRec = 5,
    PubRel = 6,
    PubComp = 7,
    Subscribe = 8,
    SubAck = 9,
    Unsubscribe = 10,
    UnsubAck = 11,
    PingReq = 12,
    PingResp = 13,
    Disconnect = 14,
    Auth = 15,
}

internal static class PacketTypes
{
    public static PacketType TypeOf(byte header) => (PacketType)(header >> 4);

    /// <summary>[MQTT-2.2.2-2] of 3.1.1, [MQTT-2.1.3-1] of 5: reserved flags are as the table says, else the packet is malformed.</summary>
    public static bool FlagsAreValid(byte header) => TypeOf(header) switch
    {
        PacketType.Publish => (header & 0b0110) != 0b0110,
        PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe => (header & 0xF) == 0b0010,
        _ => (header & 0xF) == 0,
    };

    /// <summary>Packets that a client may send after CONNECT.</summary>
    public static bool IsFromClient(PacketType type) => type is PacketType.Publish or PacketType.PubAck or PacketType.PubRec or PacketType.PubRel
        or PacketType.PubComp or PacketType.Subscribe or PacketType.Unsubscribe or PacketType.PingReq or PacketType.Disconnect;
}
