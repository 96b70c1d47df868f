using System.Buffers;
using System.Globalization;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Sessions;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Gemel.Mqtt.Outputs;

/// <summary>Sends what waits for one connected subscriber, one message after the other, at the pace at which it reads.</summary>
/// <remarks>A message is handed to the MQTT server's session only when the one before has left for the socket, so that what
/// waits stays in the session's own bounded queue, where states coalesce.</remarks>
internal sealed class OutputPump(
    ClientSession session, OutputHub hub, ITwinStates states, MqttMetrics metrics, bool isVersion5, uint maxPacketBytes)
{
    private const int HeaderAllowance = 64;

    private readonly ArrayBufferWriter<byte> _state = new(1024);

    public async Task RunAsync(MqttSessionStatus receiver, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await session.Queue.WaitAsync(cancellationToken).ConfigureAwait(false);
            while (session.Queue.TryTake(out Output output, out int dropped))
            {
                if (Prepare(output, dropped) is { } message)
                {
                    await SendAsync(receiver, message, cancellationToken).ConfigureAwait(false);
                }
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async ValueTask SendAsync(MqttSessionStatus receiver, MqttApplicationMessage message, CancellationToken cancellationToken)
    {
        if (message.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce)
        {
            await session.Window.EnterAsync(cancellationToken).ConfigureAwait(false);
        }
        _ = await receiver.DeliverApplicationMessageAsync(message).WaitAsync(cancellationToken).ConfigureAwait(false);
        metrics.Sent(message.Payload.Length);
    }

    /// <summary>Null where nobody wants it any more, or where it is larger than the client takes.</summary>
    private MqttApplicationMessage? Prepare(in Output output, int dropped)
    {
        hub.FollowCatalog();
        OutputKind kind = output.Message?.Kind ?? OutputKind.State;
        string id = output.Message?.Id ?? output.StateOf!;
        if (session.DeliveryOf(kind, id) is not { } delivery)
        {
            return null;
        }
        ReadOnlyMemory<byte> payload = output.Message?.Payload ?? StateOf(id);
        bool answersWithNothing = payload.IsEmpty && output.IsRetained;
        if (answersWithNothing || IsTooLarge(id, payload))
        {
            return null;
        }
        return new MqttApplicationMessage
        {
            Topic = output.Message?.Topic ?? OutputMessage.TopicOf(OutputKind.State, id),
            Payload = new ReadOnlySequence<byte>(payload),
            QualityOfServiceLevel = delivery.QoS,
            Retain = output.IsRetained || (delivery.KeepsRetain && kind == OutputKind.State),
            ContentType = isVersion5 ? "application/json" : null,
            SubscriptionIdentifiers = delivery.Identifiers,
            UserProperties = isVersion5 && dropped > 0 ? [Dropped(dropped)] : null,
        };
    }

    private static MqttUserProperty Dropped(int count) =>
        new("dropped", System.Text.Encoding.UTF8.GetBytes(count.ToString(CultureInfo.InvariantCulture)));

    private bool IsTooLarge(string id, ReadOnlyMemory<byte> payload)
    {
        bool isTooLarge = maxPacketBytes > 0 && payload.Length + (id.Length * 3) + HeaderAllowance > maxPacketBytes;
        if (isTooLarge)
        {
            metrics.Dropped(OutputKind.State);   // [MQTT-3.1.2-25]: discarded as if it had been sent
        }
        return isTooLarge;
    }

    /// <summary>A copy, for the message may have to be sent again; empty where the twin is gone.</summary>
    private ReadOnlyMemory<byte> StateOf(string twin)
    {
        _state.ResetWrittenCount();
        return states.TryWrite(twin, _state) ? _state.WrittenSpan.ToArray() : ReadOnlyMemory<byte>.Empty;
    }
}
