using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace Gemel.Mqtt.Connections;

/// <summary>MQTTnet's decoder on bytes of strangers.</summary>
internal static class Decoding
{
    /// <summary>Null where the packet is malformed.</summary>
    public static T? TryDecode<T>(MqttPacketFormatterAdapter formatter, ReceivedMqttPacket received)
        where T : MqttPacket
    {
        try
        {
            return formatter.Decode(received) as T;
        }
        catch (Exception malformed) when (malformed is not OutOfMemoryException)
        {
            // The decoder answers bad bytes with protocol, index, argument and format exceptions alike; all mean: malformed.
            return null;
        }
    }

    /// <summary>[MQTT-1.5.4-1], [MQTT-1.5.4-2]: well-formed UTF-8 without the null character. The decoder turns ill-formed bytes
    /// into U+FFFD, which no name of ours needs.</summary>
    public static bool AreTexts(params ReadOnlySpan<string?> texts)
    {
        foreach (string? text in texts)
        {
            if (text is not null && text.AsSpan().IndexOfAny('\0', '\uFFFD') >= 0)
            {
                return false;
            }
        }
        return true;
    }
}
