using System.Buffers;
using Gemel.Mqtt.Outputs;
using Gemel.Mqtt.Protocol;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Gemel.Mqtt.Connections;

/// <summary>The writer, and the end of a connection.</summary>
internal sealed partial class IngestChannelAdapter
{
    private readonly CancellationTokenSource _pumpStop = new();
    private Func<string, Task<MqttSessionStatus>>? _findServerSession;
    private Task _pump = Task.CompletedTask;
    private bool _pumpIsRunning;

    /// <summary>Sends a packet of MQTTnet's server, or an answer of this adapter.</summary>
    public async Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        if (packet is MqttConnAckPacket accepted)
        {
            Complete(accepted);
        }
        _ = await _output.WriteAsync((this, packet), static (writer, state) => state.Item1.Encode(writer, state.packet)).ConfigureAwait(false);
        if (packet is MqttConnAckPacket && Client.Session.Subscriptions.Count > 0)
        {
            StartPump();
        }
    }

    /// <summary>How to find the client's session at MQTTnet's server, which exists once CONNACK is sent.</summary>
    public void UseServer(Func<string, Task<MqttSessionStatus>> findSession) => _findServerSession = findSession;

    /// <summary>Refuses a client that was not admitted.</summary>
    public ValueTask<bool> RefuseAsync(ReasonCode reason, bool isVersion5, GemelError? error)
    {
        return _output.WriteAsync((reason, isVersion5, error), static (writer, refusal) =>
        {
            if (refusal.isVersion5)
            {
                AckWriter.WriteConnAckRefusal(writer, refusal.reason, refusal.error?.ToString());
            }
            else
            {
                writer.Write<byte>([(byte)PacketType.ConnAck << 4, 2, 0, ReasonCodes.ToReturnCode(refusal.reason)]);
            }
        });
    }

    /// <summary>Ends what belongs to the connection, after the reader has ended.</summary>
    /// <param name="forget">Makes MQTTnet's server forget the session of a key.</param>
    public async Task FinishAsync(Func<string, Task> forget)
    {
        await _serverStop.DisposeAsync().ConfigureAwait(false);
        await _pumpStop.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        string endReason = (_close ?? new CloseRequest(ReasonCode.Success, EndReasons.ConnectionLost, 0)).EndReason;
        if (_admitted is { } client)
        {
            await _acks!.DrainedAsync().ConfigureAwait(false);
            _ingest!.Dispose();
            if (client.Identity.Device is not null)
            {
                _door.Instance.Presence.Disconnected(_presence, endReason);
            }
            await ReleaseAsync(client, endReason, forget).ConfigureAwait(false);
            MqttLog.Disconnected(_door.Log, client.Identity.Name, client.ClientId, endReason);
        }
        else
        {
            MqttLog.NeverConnected(_door.Log, RemoteEndPoint, endReason);
        }
        _door.Metrics.Ended(endReason);
        _pumpStop.Dispose();
        _finished.SetResult();
    }

    private async ValueTask ReleaseAsync(Admitted client, string endReason, Func<string, Task> forget)
    {
        TimeSpan keepFor = endReason == EndReasons.ServerStopping ? TimeSpan.Zero : _expiryAtDisconnect ?? client.Expiry;
        if (keepFor <= TimeSpan.Zero)
        {
            await forget(client.Session.Key).ConfigureAwait(false);
        }
        bool hasWill = client.Will is not null && endReason is not (EndReasons.Normal or EndReasons.ServerStopping);
        _door.Sessions.Release(client.Session.Key, this, keepFor, client.Will?.Delay ?? TimeSpan.Zero, hasWill ? () => _ = PublishWillAsync(client) : null);
    }

    private async Task PublishWillAsync(Admitted client)
    {
        await Task.Yield();   // the registry's lock is held by the caller
        if (!client.HoldsCredential(_door.Instance.Catalog, Timestamp.From(_door.Clock.GetUtcNow()), _door.Certificates))
        {
            return;   // a withdrawn credential leaves nothing behind
        }
        try
        {
            await client.Will!.PublishAsync(_door.Instance.Ingest, client.Identity, CancellationToken.None).ConfigureAwait(false);
        }
        catch (GemelException failure)
        {
            MqttLog.WillFailed(_door.Log, client.Identity.Name, failure);
        }
    }

    /// <summary>What was taken is answered first; then DISCONNECT says why, where the version can.</summary>
    private async ValueTask SayGoodbyeAsync()
    {
        await _acks!.DrainedAsync().ConfigureAwait(false);
        if (IsVersion5 && _close is { Reason: not ReasonCode.Success } close)
        {
            _ = await _output.WriteAsync(close, static (writer, request) => AckWriter.WriteDisconnect(writer, request.Reason, request.EndReason)).ConfigureAwait(false);
        }
    }

    /// <summary>Adds what MQTTnet cannot know.</summary>
    private void Complete(MqttConnAckPacket accepted)
    {
        accepted.IsSessionPresent = Client.IsResumed;
        accepted.AssignedClientIdentifier = Client.AssignedClientId;
        accepted.ReceiveMaximum = (ushort)_door.Options.ReceiveMaximum;
        accepted.MaximumPacketSize = (uint)_door.Options.MaxPacketBytes;
        accepted.TopicAliasMaximum = (ushort)_door.Options.TopicAliasMaximum;
        uint expiry = (uint)Client.Expiry.TotalSeconds;
        accepted.SessionExpiryInterval = expiry < Client.Connect.SessionExpiryInterval ? expiry : 0;
    }

    private void Encode(IBufferWriter<byte> writer, MqttPacket packet)
    {
        try
        {
            MqttPacketBuffer encoded = PacketFormatterAdapter.Encode(packet);
            writer.Write(encoded.Packet);
            foreach (ReadOnlyMemory<byte> part in encoded.Payload)
            {
                writer.Write(part.Span);
            }
        }
        finally
        {
            PacketFormatterAdapter.Cleanup();
        }
    }

    /// <summary>Only subscribers cost a task.</summary>
    private void StartPump()
    {
        if (!_pumpIsRunning)
        {
            _pumpIsRunning = true;
            _pump = Task.Run(PumpAsync);
        }
    }

    private async Task PumpAsync()
    {
        OutputPump pump = new(Client.Session, _door.Hub, _door.States, _door.Metrics, IsVersion5, Client.Connect.MaximumPacketSize);
        try
        {
            MqttSessionStatus receiver = await _findServerSession!(Client.Session.Key).ConfigureAwait(false);
            await pump.RunAsync(receiver, _pumpStop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The connection is over, or MQTTnet dropped the message with it.
        }
        catch (Exception failure)
        {
            MqttLog.SendingBroken(_door.Log, Client.Identity.Name, Client.ClientId, failure);
            RequestClose(ReasonCode.Unspecified, EndReasons.ConnectionLost);
        }
    }
}
