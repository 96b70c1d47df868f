using MQTTnet.Protocol;

namespace Gemel.Mqtt.Outputs;

/// <summary>Overlapping subscriptions joined: the highest QoS, all identifiers (MQTT 5 section 3.3.4).</summary>
internal sealed class Delivery
{
    public MqttQualityOfServiceLevel QoS { get; private set; }

    public bool KeepsRetain { get; private set; }

    /// <summary>Null where no subscription has one.</summary>
    public List<uint>? Identifiers { get; private set; }

    public void Add(Subscription subscription)
    {
        QoS = subscription.QoS > QoS ? subscription.QoS : QoS;
        KeepsRetain |= subscription.KeepsRetain;
        if (subscription.Identifier > 0)
        {
            (Identifiers ??= []).Add(subscription.Identifier);
        }
    }
}
