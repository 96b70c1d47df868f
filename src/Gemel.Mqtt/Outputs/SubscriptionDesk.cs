using Gemel.Cluster;
using Gemel.Mqtt.Connections;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Sessions;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Gemel.Mqtt.Outputs;

/// <summary>Answers SUBSCRIBE and UNSUBSCRIBE.</summary>
internal sealed class SubscriptionDesk(IInstance instance, OutputHub hub, MqttOptions options)
{
    private const MqttSubscribeReasonCode FailureOfVersion3 = (MqttSubscribeReasonCode)0x80;

    /// <returns>One reason per filter, in the order of the request [MQTT-3.8.4-6]; null where the packet breaks the protocol.</returns>
    public MqttSubAckPacket? Subscribe(ClientSession session, MqttSubscribePacket request, bool isVersion5)
    {
        if (request.TopicFilters.Count == 0 || request.PacketIdentifier == 0 || !request.TopicFilters.TrueForAll(IsSound))
        {
            return null;
        }
        List<MqttSubscribeReasonCode> reasons = [];
        GemelError? firstError = null;
        foreach (MqttTopicFilter filter in request.TopicFilters)
        {
            GemelError? refusal = TrySubscribe(session, filter, request.SubscriptionIdentifier);
            firstError ??= refusal;
            reasons.Add(refusal is null ? (MqttSubscribeReasonCode)filter.QualityOfServiceLevel
                : isVersion5 ? (MqttSubscribeReasonCode)ReasonCodes.Of(refusal) : FailureOfVersion3);
        }
        return new MqttSubAckPacket { PacketIdentifier = request.PacketIdentifier, ReasonCodes = reasons, ReasonString = firstError?.ToString() };
    }

    /// <returns>Null where the packet breaks the protocol.</returns>
    public MqttUnsubAckPacket? Unsubscribe(ClientSession session, MqttUnsubscribePacket request)
    {
        if (request.TopicFilters.Count == 0 || request.PacketIdentifier == 0)
        {
            return null;
        }
        List<MqttUnsubscribeReasonCode> reasons = [];
        foreach (string filter in request.TopicFilters)
        {
            reasons.Add(hub.Unsubscribe(session, filter) ? MqttUnsubscribeReasonCode.Success : MqttUnsubscribeReasonCode.NoSubscriptionExisted);
        }
        return new MqttUnsubAckPacket { PacketIdentifier = request.PacketIdentifier, ReasonCodes = reasons };
    }

    private GemelError? TrySubscribe(ClientSession session, MqttTopicFilter requested, uint identifier)
    {
        Outcome<OutputFilter> parsed = OutputFilter.Parse(requested.Topic);
        if (!parsed.TryGetValue(out OutputFilter? filter))
        {
            return parsed.Errors[0];
        }
        bool isNew = !session.Subscriptions.Contains(filter.Text);
        if (isNew && session.Subscriptions.Count >= options.MaxSubscriptionsPerSession)
        {
            return MqttErrors.TooManySubscriptions.With(session.Subscriptions.Count);
        }
        if (RightsProblem(session.Identity, filter) is { } refusal)
        {
            return refusal;
        }
        bool sendsState = requested.RetainHandling switch
        {
            MqttRetainHandling.DoNotSendOnSubscribe => false,
            MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly => isNew,
            _ => true,
        };
        hub.Subscribe(session, new Subscription(filter, requested.QualityOfServiceLevel, identifier, requested.RetainAsPublished, instance.DurableCommit), sendsState);
        return null;
    }

    /// <summary>A named twin or device must be the client's own; a wildcard is narrowed instead.</summary>
    private GemelError? RightsProblem(Identity identity, OutputFilter filter)
    {
        bool onlyRejections = filter.Matches(OutputKind.Rejections) && !filter.Matches(OutputKind.State) && !filter.Matches(OutputKind.Changes);
        if (filter.Id is { } id)
        {
            OutputKind kind = onlyRejections ? OutputKind.Rejections : OutputKind.State;
            return Narrowing.IsAllowed(identity, kind, id, instance.Catalog) ? null : MqttErrors.FilterNotAuthorized.With(identity.Name, filter.Text);
        }
        return onlyRejections && identity.ReadsAll ? MqttErrors.WildcardRejections.With(filter.Text) : null;
    }

    private static bool IsSound(MqttTopicFilter filter) =>
        !string.IsNullOrEmpty(filter.Topic) && Decoding.AreTexts(filter.Topic) && (int)filter.QualityOfServiceLevel <= 2 && (int)filter.RetainHandling <= 2;
}
