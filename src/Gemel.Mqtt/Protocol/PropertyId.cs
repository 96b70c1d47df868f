namespace Gemel.Mqtt.Protocol;

/// <summary>Property identifiers of MQTT 5, section 2.2.2.2, as far as the door reads or writes them itself.</summary>
internal static class PropertyId
{
    public const byte PayloadFormatIndicator = 0x01;
    public const byte MessageExpiryInterval = 0x02;
    public const byte ContentType = 0x03;
    public const byte ResponseTopic = 0x08;
    public const byte CorrelationData = 0x09;
    public const byte ReasonString = 0x1F;
    public const byte TopicAlias = 0x23;
    public const byte UserProperty = 0x26;
}
