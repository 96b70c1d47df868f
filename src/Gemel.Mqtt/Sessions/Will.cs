using System.Text;
using Gemel.Cluster;
using Gemel.Mqtt.Protocol;
using MQTTnet.Packets;

namespace Gemel.Mqtt.Sessions;

/// <summary>A message that the door publishes when a client ends without saying so; data like any other.</summary>
internal sealed class Will
{
    private readonly DataTopic _topic = new();
    private readonly TopicKind _kind;
    private readonly byte[] _payload;
    private readonly PayloadFormat _format;

    public Will(MqttConnectPacket connect)
    {
        _kind = _topic.Read(Encoding.UTF8.GetBytes(connect.WillTopic ?? ""));
        _payload = connect.WillMessage ?? [];
        _format = connect.WillContentType == "application/cbor" ? PayloadFormat.Cbor : PayloadFormat.Json;
        Delay = TimeSpan.FromSeconds(connect.WillDelayInterval);
    }

    /// <summary>MQTT 5 section 3.1.3.2.2.</summary>
    public TimeSpan Delay { get; }

    public string Topic => _topic.Text.ToString();

    /// <summary>The same right as for a publish.</summary>
    public bool IsAllowed(Identity identity, Catalog catalog) => _kind switch
    {
        TopicKind.TwinData => identity.MaySend(catalog, _topic.Id),
        TopicKind.DeviceData => identity.WritesAll || _topic.Id.SequenceEqual(identity.Device?.Value),
        _ => false,
    };

    /// <exception cref="GemelException">The commit failed.</exception>
    public async Task PublishAsync(IIngestGateway gateway, Identity identity, CancellationToken cancellationToken)
    {
        using IIngestSession session = gateway.Open(identity, "mqtt");
        session.Add(new DataMessage
        {
            Twin = _kind == TopicKind.TwinData ? _topic.Id : default,
            Topic = _topic.Text,
            Payload = _payload,
            Format = _format,
        });
        Task<WaveReceipt> commit = await session.FlushAsync(cancellationToken).ConfigureAwait(false);
        await commit.ConfigureAwait(false);
    }
}
