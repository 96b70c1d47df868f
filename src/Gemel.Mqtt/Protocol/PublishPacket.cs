using Gemel.Cluster;

namespace Gemel.Mqtt.Protocol;

/// <summary>A PUBLISH as it lies in the read buffer; nothing is copied.</summary>
internal ref struct PublishPacket
{
    public ReadOnlySpan<byte> Topic { get; private set; }

    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>0 where <see cref="QoS"/> is 0.</summary>
    public ushort PacketId { get; private set; }

    public byte QoS { get; private set; }

    /// <summary>0 where none is given.</summary>
    public ushort TopicAlias { get; private set; }

    public PayloadFormat Format { get; private set; }

    /// <summary>Reads variable header and payload (section 3.3 of MQTT 3.1.1 and 5).</summary>
    /// <param name="header">First byte; its flags are already known to be valid.</param>
    /// <returns>Success, or why the connection is to be closed.</returns>
    public static ReasonCode TryParse(byte header, ReadOnlySpan<byte> body, bool isVersion5, out PublishPacket packet)
    {
        packet = default;
        packet.QoS = (byte)((header >> 1) & 3);
        PacketCursor cursor = new(body);
        packet.Topic = cursor.ReadBytes();
        bool isDuplicate = (header & 0b1000) != 0;
        if (packet.QoS > 0)
        {
            packet.PacketId = cursor.ReadUInt16();
        }
        if (cursor.HasFailed || (isDuplicate && packet.QoS == 0))
        {
            return ReasonCode.MalformedPacket;   // [MQTT-3.3.1-2]: DUP is 0 for QoS 0
        }
        if (packet.QoS > 0 && packet.PacketId == 0)
        {
            return ReasonCode.ProtocolError;     // [MQTT-2.2.1-3]
        }
        ReadOnlySpan<byte> properties = isVersion5 ? cursor.Take(cursor.ReadVariable()) : default;
        packet.Payload = cursor.Rest;
        return cursor.HasFailed ? ReasonCode.MalformedPacket : packet.ReadProperties(properties);
    }

    /// <summary>Section 3.3.2.3 of MQTT 5; what the door has no use for is skipped.</summary>
    private ReasonCode ReadProperties(ReadOnlySpan<byte> encoded)
    {
        PacketCursor properties = new(encoded);
        while (!properties.AtEnd && !properties.HasFailed)
        {
            switch (properties.ReadByte())
            {
                case PropertyId.PayloadFormatIndicator:
                    properties.Take(1);
                    break;
                case PropertyId.MessageExpiryInterval:
                    properties.Take(4);
                    break;
                case PropertyId.ContentType:
                    Format = properties.ReadBytes().SequenceEqual("application/cbor"u8) ? PayloadFormat.Cbor : PayloadFormat.Json;
                    break;
                case PropertyId.ResponseTopic or PropertyId.CorrelationData:
                    properties.ReadBytes();
                    break;
                case PropertyId.TopicAlias:
                    TopicAlias = properties.ReadUInt16();
                    if (TopicAlias == 0)
                    {
                        return ReasonCode.TopicAliasInvalid;   // [MQTT-3.3.2-8]
                    }
                    break;
                case PropertyId.UserProperty:
                    properties.ReadBytes();
                    properties.ReadBytes();
                    break;
                default:
                    return ReasonCode.MalformedPacket;
            }
        }
        return properties.HasFailed ? ReasonCode.MalformedPacket : ReasonCode.Success;
    }
}
