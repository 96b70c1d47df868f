namespace Gemel.Mqtt.Protocol;

/// <summary>Reads the session expiry interval of a DISCONNECT (MQTT 5 section 3.14.2.2.2), which MQTTnet does not tell from an absent one.</summary>
internal static class DisconnectExpiry
{
    private const byte SessionExpiryInterval = 0x11;

    /// <param name="properties">What follows the reason code: length and properties; may be empty.</param>
    /// <returns>Seconds; null where the property is absent.</returns>
    public static uint? Read(ReadOnlySpan<byte> properties)
    {
        if (properties.IsEmpty)
        {
            return null;
        }
        PacketCursor outer = new(properties);
        PacketCursor cursor = new(outer.Take(outer.ReadVariable()));
        while (!cursor.AtEnd && !cursor.HasFailed)
        {
            switch (cursor.ReadByte())
            {
                case SessionExpiryInterval:
                    return cursor.ReadUInt32();
                case PropertyId.UserProperty:
                    cursor.ReadBytes();
                    cursor.ReadBytes();
                    break;
                default:
                    cursor.ReadBytes();   // reason string; a server reference, which clients do not send, has the same form
                    break;
            }
        }
        return null;
    }
}
