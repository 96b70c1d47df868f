using Gemel.Mqtt.Protocol;
using MQTTnet.Protocol;

namespace Gemel.Mqtt.Outputs;

/// <summary>One granted filter of a session.</summary>
/// <param name="Identifier">Subscription identifier of MQTT 5; 0 for none.</param>
/// <param name="KeepsRetain">Retain as published (MQTT 5 section 3.8.3.1).</param>
/// <param name="Since">Changes after this commit are sent.</param>
internal sealed record Subscription(OutputFilter Filter, MqttQualityOfServiceLevel QoS, uint Identifier, bool KeepsRetain, long Since);
