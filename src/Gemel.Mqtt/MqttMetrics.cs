using System.Diagnostics.Metrics;
using Gemel.Mqtt.Connections;
using Gemel.Mqtt.Protocol;

namespace Gemel.Mqtt;

/// <summary>The meter <c>Gemel.Mqtt</c>. Counted per wave, not per message.</summary>
internal sealed class MqttMetrics
{
    public const string MeterName = "Gemel.Mqtt";

    private static readonly KeyValuePair<string, object?>[] QoS = [new("qos", 0), new("qos", 1), new("qos", 2)];

    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _ends;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _refused;
    private readonly UpDownCounter<long> _inFlight;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _sentBytes;
    private readonly Counter<long> _dropped;

    public MqttMetrics(IMeterFactory factory)
    {
        Meter meter = factory.Create(MeterName);
        _connections = meter.CreateUpDownCounter<long>("gemel.mqtt.connections", "{connection}", "Open sockets.");
        _ends = meter.CreateCounter<long>("gemel.mqtt.connections.ended", "{connection}", "Connections that ended, by reason.");
        _messages = meter.CreateCounter<long>("gemel.mqtt.messages.received", "{message}", "Messages received, by QoS.");
        _bytes = meter.CreateCounter<long>("gemel.mqtt.payload.received", "By", "Payload bytes received.");
        _refused = meter.CreateCounter<long>("gemel.mqtt.messages.refused", "{message}", "Messages not taken at all, by MQTT reason.");
        _inFlight = meter.CreateUpDownCounter<long>("gemel.mqtt.messages.in_flight", "{message}", "Messages between their arrival and the end of their commit.");
        _sent = meter.CreateCounter<long>("gemel.mqtt.messages.sent", "{message}", "Messages sent to subscribers.");
        _sentBytes = meter.CreateCounter<long>("gemel.mqtt.payload.sent", "By", "Payload bytes sent to subscribers.");
        _dropped = meter.CreateCounter<long>("gemel.mqtt.messages.dropped", "{message}", "Messages that a slow subscriber did not get, by topic.");
    }

    public void Opened() => _connections.Add(1);

    public void Ended(string reason)
    {
        _connections.Add(-1);
        _ends.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    public void WaveBegan(Wave wave)
    {
        for (int qos = 0; qos < QoS.Length; qos++)
        {
            if (wave.Messages[qos] > 0)
            {
                _messages.Add(wave.Messages[qos], QoS[qos]);
            }
        }
        _bytes.Add(wave.PayloadBytes);
        _inFlight.Add(wave.MessageCount);
    }

    public void WaveEnded(Wave wave) => _inFlight.Add(-wave.MessageCount);

    public void Refused(ReasonCode reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void Sent(long payloadBytes)
    {
        _sent.Add(1);
        _sentBytes.Add(payloadBytes);
    }

    public void Dropped(OutputKind kind) => _dropped.Add(1, new KeyValuePair<string, object?>("topic", kind.ToString()));
}
