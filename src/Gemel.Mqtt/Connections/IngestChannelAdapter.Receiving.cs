using System.Buffers;
using System.IO.Pipelines;
using Gemel.Mqtt.Outputs;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Sessions;
using MQTTnet.Adapter;
using MQTTnet.Packets;

namespace Gemel.Mqtt.Connections;

/// <summary>The reader: from the socket's bytes to waves and to packets for MQTTnet.</summary>
internal sealed partial class IngestChannelAdapter
{
    private volatile bool _isHeldUp;
    private TimeSpan? _expiryAtDisconnect;

    /// <summary>What a pass over the read buffer ended with.</summary>
    private enum Pass
    {
        /// <summary>The rest of a packet is missing.</summary>
        NeedsMore,
        /// <summary>The wave is full; there is more in the buffer.</summary>
        WaveIsFull,
        Control,
        Violation,
    }

    /// <summary>Reads the first packet.</summary>
    /// <returns>Null where none came, or where it was none that can be answered.</returns>
    public async ValueTask<(MqttConnectPacket? Connect, bool IsVersion5, ReasonCode Problem)?> ReadConnectAsync()
    {
        while (await ReadAsync().ConfigureAwait(false) is { } read)
        {
            SplitResult split = TryReadConnect(read.Buffer, out SequencePosition consumed, out (MqttConnectPacket?, bool, ReasonCode) result);
            _input.AdvanceTo(consumed, split == SplitResult.Incomplete ? read.Buffer.End : consumed);
            if (split == SplitResult.Packet)
            {
                return result;
            }
            if (split != SplitResult.Incomplete || read.IsCompleted)
            {
                RequestClose(ReasonCode.Success, split == SplitResult.Incomplete ? EndReasons.ConnectionLost : EndReasons.ProtocolError);
                return null;
            }
        }
        return null;
    }

    /// <summary>The next packet that concerns MQTTnet; null when the connection is over.</summary>
    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        if (_connectIsDue)
        {
            _connectIsDue = false;
            return ForServer(Client);
        }
        FollowServer(cancellationToken);
        while (await ReadAsync().ConfigureAwait(false) is { } read)
        {
            Volatile.Write(ref _isActive, true);
            Pass pass = Walk(read.Buffer, out long consumed, out ReceivedMqttPacket control, out ReasonCode violation);
            Volatile.Write(ref _bytesReceived, _bytesReceived + consumed);
            SequencePosition position = read.Buffer.GetPosition(consumed);
            _input.AdvanceTo(position, pass == Pass.NeedsMore ? read.Buffer.End : position);
            await SettleAsync().ConfigureAwait(false);
            if (pass == Pass.Violation)
            {
                RequestClose(violation, EndReasons.Of(violation));
            }
            else if (pass == Pass.Control && await HandleAsync(control).ConfigureAwait(false) is { } packet)
            {
                return packet;
            }
            else if (pass == Pass.NeedsMore && read.IsCompleted)
            {
                RequestClose(ReasonCode.Success, EndReasons.ConnectionLost);
            }
        }
        await SayGoodbyeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>Null when the connection is to end.</summary>
    private async ValueTask<ReadResult?> ReadAsync()
    {
        if (_close is not null)
        {
            return null;
        }
        try
        {
            ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
            if (!read.IsCanceled)
            {
                return read;
            }
            _input.AdvanceTo(read.Buffer.Start);
        }
        catch (Exception lost) when (lost is IOException or OperationCanceledException or InvalidOperationException)
        {
            // A reset or aborted transport; what was received and not yet acknowledged will be sent again.
            RequestClose(ReasonCode.Success, EndReasons.ConnectionLost);
        }
        return null;
    }

    private SplitResult TryReadConnect(ReadOnlySequence<byte> buffer, out SequencePosition consumed, out (MqttConnectPacket?, bool, ReasonCode) result)
    {
        PacketSplitter splitter = new(buffer, _door.Options.MaxConnectBytes, _scratch);
        SplitResult split = splitter.TryNext(out byte header, out ReadOnlySpan<byte> body);
        consumed = buffer.GetPosition(splitter.Consumed);
        result = default;
        if (split == SplitResult.Packet)
        {
            ReasonCode problem = ConnectReader.Read(header, body, PacketFormatterAdapter, out bool isVersion5, out MqttConnectPacket? connect);
            result = (connect, isVersion5, problem);
        }
        return split;
    }

    /// <summary>Takes packets until one is not for the intake, the wave is full, or the buffer holds no whole packet any more.</summary>
    private Pass Walk(ReadOnlySequence<byte> buffer, out long consumed, out ReceivedMqttPacket control, out ReasonCode violation)
    {
        PacketSplitter splitter = new(buffer, _door.Options.MaxPacketBytes, _scratch);
        control = default;
        violation = ReasonCode.Success;
        Pass? end = null;
        while (end is null)
        {
            end = _intake!.IsFull || _intake.MustPause ? Pass.WaveIsFull : Step(ref splitter, out control, out violation);
        }
        consumed = splitter.Consumed;
        return end.Value;
    }

    private Pass? Step(ref PacketSplitter splitter, out ReceivedMqttPacket control, out ReasonCode violation)
    {
        control = default;
        violation = ReasonCode.Success;
        SplitResult split = splitter.TryNext(out byte header, out ReadOnlySpan<byte> body);
        if (split != SplitResult.Packet)
        {
            violation = split == SplitResult.TooLarge ? ReasonCode.PacketTooLarge : ReasonCode.MalformedPacket;
            return split == SplitResult.Incomplete ? Pass.NeedsMore : Pass.Violation;
        }
        PacketType type = PacketTypes.TypeOf(header);
        if (!PacketTypes.FlagsAreValid(header) || !PacketTypes.IsFromClient(type))
        {
            violation = PacketTypes.IsFromClient(type) ? ReasonCode.MalformedPacket : ReasonCode.ProtocolError;
            return Pass.Violation;
        }
        if (type is not (PacketType.Publish or PacketType.PubRel))
        {
            control = new ReceivedMqttPacket(header, new ArraySegment<byte>(body.ToArray()), body.Length + 2);
            return Pass.Control;
        }
        violation = type == PacketType.Publish ? _intake!.Take(header, body) : _intake!.TakeRelease(body);
        return violation == ReasonCode.Success ? null : Pass.Violation;
    }

    /// <summary>Commits what was taken; waits here, and so stops the reading, while the server cannot keep up.</summary>
    private async ValueTask SettleAsync()
    {
        if (!_intake!.HasWork && !_intake.MustPause)
        {
            return;
        }
        _isHeldUp = true;
        try
        {
            await _intake.FlushAsync(_hardStop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The connection was cut while it waited for room.
        }
        Volatile.Write(ref _lastActivity, _door.Clock.GetTimestamp());
        _isHeldUp = false;
    }

    /// <summary>Answers what is answered here. PINGREQ and PUBREC are among it because MQTTnet would queue the answers without bound for a
    /// client that does not read; here the answer waits for the socket, and the reading with it.</summary>
    /// <returns>The packet where MQTTnet is to have it; null where it is done.</returns>
    private async ValueTask<MqttPacket?> HandleAsync(ReceivedMqttPacket received)
    {
        MqttPacket? packet = Decoding.TryDecode<MqttPacket>(PacketFormatterAdapter, received);
        MqttPacket? answer = null;
        switch (packet)
        {
            case MqttSubscribePacket subscribe:
                answer = _door.Desk.Subscribe(Client.Session, subscribe, IsVersion5);
                break;
            case MqttUnsubscribePacket unsubscribe:
                answer = _door.Desk.Unsubscribe(Client.Session, unsubscribe);
                break;
            case MqttPubRecPacket { ReasonCode: >= MQTTnet.Protocol.MqttPubRecReasonCode.UnspecifiedError } refused:
                return new MqttPubCompPacket { PacketIdentifier = refused.PacketIdentifier };   // MQTT 5 section 4.3.3: the exchange ends here
            case MqttPubRecPacket taken:
                answer = new MqttPubRelPacket { PacketIdentifier = taken.PacketIdentifier };
                break;
            case MqttPingReqPacket:
                answer = MqttPingRespPacket.Instance;
                break;
            case MqttDisconnectPacket:
                return TakeDisconnect(packet, received.Body);
            case not null:
                return packet;
        }
        if (answer is null)
        {
            RequestClose(packet is null ? ReasonCode.MalformedPacket : ReasonCode.ProtocolError, EndReasons.ProtocolError);
            return null;
        }
        await SendPacketAsync(answer, CancellationToken.None).ConfigureAwait(false);
        if (packet is MqttSubscribePacket)
        {
            StartPump();
        }
        return null;
    }

    private MqttPacket? TakeDisconnect(MqttPacket packet, ReadOnlySpan<byte> body)
    {
        PacketCursor cursor = new(body);
        ReasonCode reason = cursor.AtEnd ? ReasonCode.Success : (ReasonCode)cursor.ReadByte();
        if (IsVersion5 && DisconnectExpiry.Read(cursor.Rest) is { } seconds)
        {
            if (Client.Connect.SessionExpiryInterval == 0 && seconds > 0)
            {
                RequestClose(ReasonCode.ProtocolError, EndReasons.ProtocolError);   // MQTT 5 section 3.14.2.2.2
                return null;
            }
            _expiryAtDisconnect = _door.Admission.LimitExpiry(seconds);
        }
        string endReason = reason == ReasonCode.Success ? EndReasons.Normal : EndReasons.DisconnectedWithWill;
        Interlocked.CompareExchange(ref _close, new CloseRequest(ReasonCode.Success, endReason, _door.Clock.GetTimestamp()), null);
        return packet;
    }

    private void FollowServer(CancellationToken cancellationToken)
    {
        if (_serverStop == default)
        {
            _serverStop = cancellationToken.UnsafeRegister(
                static state => ((IngestChannelAdapter)state!).RequestClose(ReasonCode.ServerShuttingDown, EndReasons.ServerStopping), this);
        }
    }
}
