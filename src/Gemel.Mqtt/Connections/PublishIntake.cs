using Gemel.Cluster;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Sessions;

namespace Gemel.Mqtt.Connections;

/// <summary>Takes the PUBLISH packets of one connection into its ingest session.</summary>
/// <remarks>Threading: the connection's reader. Allocates nothing for a message that is taken.</remarks>
internal sealed class PublishIntake(
    IIngestSession ingest, Identity identity, QoS2Inbox inbox, AckQueue acks, AckStyle style, MqttOptions options,
    IRejectionStore rejections, MqttMetrics metrics, TimeProvider clock)
{
    private readonly DataTopic _topic = new();
    private Wave? _wave;
    private byte[]?[]? _aliases;

    private Wave Current => _wave ??= acks.Rent();

    /// <summary>The wave is as large as a wave may be; answers count too, for a PUBREL brings no message.</summary>
    public bool IsFull =>
        Current.MessageCount >= options.MaxWaveMessages || Current.Acks.Count >= options.MaxWaveMessages || Current.PayloadBytes >= options.MaxWaveBytes;

    /// <summary>There is something to commit or to answer.</summary>
    public bool HasWork => _wave is { IsEmpty: false };

    /// <summary>MQTT 3.1.1 knows no receive maximum: too much in flight stops the reading instead.</summary>
    public bool MustPause => !style.IsVersion5 && acks.Unanswered >= options.ReceiveMaximum;

    /// <returns>Success, or why the connection is to be closed.</returns>
    public ReasonCode Take(byte header, ReadOnlySpan<byte> body)
    {
        ReasonCode parsed = PublishPacket.TryParse(header, body, style.IsVersion5, out PublishPacket packet);
        if (parsed == ReasonCode.Success)
        {
            parsed = ResolveAlias(packet, out ReadOnlySpan<byte> topic);
            return parsed == ReasonCode.Success ? Take(packet, topic) : parsed;
        }
        return parsed;
    }

    /// <summary>PUBREL: the client will not send the message again.</summary>
    public ReasonCode TakeRelease(ReadOnlySpan<byte> body)
    {
        PacketCursor cursor = new(body);
        ushort packetId = cursor.ReadUInt16();
        if (cursor.HasFailed || packetId == 0)
        {
            return ReasonCode.MalformedPacket;
        }
        bool wasKnown = inbox.Release(packetId);
        if (wasKnown)
        {
            acks.ReleaseQuota();
        }
        Current.Acks.Add(new PendingAck(PacketType.PubComp, packetId, -1, default,
            wasKnown ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound, null));
        return ReasonCode.Success;
    }

    /// <summary>Sends the wave to the shards; waits while too much is on its way.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        Wave wave = Current;
        if (ingest.Pending > 0)
        {
            wave.Commit = await CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        _wave = null;
        metrics.WaveBegan(wave);
        acks.Enqueue(wave);
        await acks.WaitForRoomAsync(options.MaxWavesInFlight, style.IsVersion5 ? int.MaxValue : options.ReceiveMaximum, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A wave that the gateway does not take over ends like one whose commit failed.</summary>
    private async ValueTask<Task<WaveReceipt>> CommitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ingest.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            return Task.FromException<WaveReceipt>(failure);
        }
    }

    private ReasonCode Take(in PublishPacket packet, ReadOnlySpan<byte> topic)
    {
        TopicKind kind = _topic.Read(topic);
        if (kind == TopicKind.Malformed)
        {
            return ReasonCode.TopicNameInvalid;
        }
        if (packet.QoS > 0 && style.IsVersion5 && acks.QuotaUsed >= options.ReceiveMaximum)
        {
            return ReasonCode.ReceiveMaximumExceeded;   // [MQTT-3.3.4-7]
        }
        Current.Count(packet.QoS, packet.Payload.Length);
        if (packet.QoS == 2 && !inbox.TryBegin(packet.PacketId))
        {
            AnswerRepetition(packet.PacketId);
            return ReasonCode.Success;
        }
        if (packet.QoS > 0)
        {
            acks.Began();
        }
        Hand(packet, kind);
        return ReasonCode.Success;
    }

    private void Hand(in PublishPacket packet, TopicKind kind)
    {
        PacketType answer = packet.QoS == 2 ? PacketType.PubRec : PacketType.PubAck;
        if (Refusal(kind) is { } refusal)
        {
            Record(refusal, packet.Payload);
            Answer(packet, new PendingAck(answer, packet.PacketId, -1, default, style.IsVersion5 ? ReasonCodes.Of(refusal) : ReasonCode.Success, refusal));
            return;
        }
        int item = ingest.Pending;
        MessageDisposition disposition = ingest.Add(new DataMessage
        {
            Twin = kind == TopicKind.TwinData ? _topic.Id : default,
            Topic = _topic.Text,
            Payload = packet.Payload,
            Format = packet.Format,
        });
        Answer(packet, new PendingAck(answer, packet.PacketId, item, disposition, default, null));
    }

    private void Answer(in PublishPacket packet, in PendingAck ack)
    {
        if (packet.QoS > 0)
        {
            Current.Acks.Add(ack);
        }
        else if (ack.Refusal is not null)
        {
            metrics.Refused(ack.Reason);
        }
    }

    /// <summary>The answer waits its turn: the first sending may still be on its way into its commit.</summary>
    private void AnswerRepetition(ushort packetId)
    {
        acks.Began();
        acks.ReleaseQuota();
        Current.Acks.Add(new PendingAck(PacketType.PubRec, packetId, -1, default, ReasonCode.Success, null));
    }

    private GemelError? Refusal(TopicKind kind) => kind switch
    {
        TopicKind.TwinData => null,
        TopicKind.DeviceData when identity.WritesAll || _topic.Id.SequenceEqual(identity.Device?.Value) => null,
        TopicKind.DeviceData => MqttErrors.ForeignDevice.With(identity.Name, _topic.Id.ToString()),
        TopicKind.BadEscape => MqttErrors.TopicMalformed.With(_topic.Text.ToString()),
        _ => MqttErrors.TopicOutsideContract.With(_topic.Text.ToString()),
    };

    private void Record(GemelError refusal, ReadOnlySpan<byte> payload) => rejections.Record(new Rejection(
        Number: 0, Timestamp.From(clock.GetUtcNow()), identity.Device, identity.Name, _topic.Text.ToString(),
        payload[..Math.Min(payload.Length, RejectionOptions.MaxPayloadKept)].ToArray(), payload.Length, [refusal]));

    /// <summary>MQTT 5 section 3.3.2.3.4: a topic with an alias is remembered, an empty topic is looked up.</summary>
    private ReasonCode ResolveAlias(in PublishPacket packet, out ReadOnlySpan<byte> topic)
    {
        topic = packet.Topic;
        if (packet.TopicAlias == 0)
        {
            return ReasonCode.Success;   // an empty topic without an alias is refused as malformed when it is read
        }
        if (packet.TopicAlias > options.TopicAliasMaximum)
        {
            return ReasonCode.TopicAliasInvalid;
        }
        _aliases ??= new byte[]?[options.TopicAliasMaximum + 1];
        ref byte[]? remembered = ref _aliases[packet.TopicAlias];
        if (!topic.IsEmpty)
        {
            remembered = topic.SequenceEqual(remembered) ? remembered : topic.ToArray();
            return ReasonCode.Success;
        }
        topic = remembered;
        return remembered is null ? ReasonCode.ProtocolError : ReasonCode.Success;
    }
}
