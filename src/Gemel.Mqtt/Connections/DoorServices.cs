using Gemel.Cluster;
using Gemel.Mqtt.Outputs;
using Gemel.Mqtt.Sessions;
using Gemel.Security;
using Microsoft.Extensions.Logging;

namespace Gemel.Mqtt.Connections;

/// <summary>What every connection shares.</summary>
internal sealed record DoorServices(
    IInstance Instance,
    MqttOptions Options,
    TimeProvider Clock,
    MqttMetrics Metrics,
    ILogger Log,
    SessionRegistry Sessions,
    OutputHub Hub,
    ITwinStates States,
    SubscriptionDesk Desk,
    Admission Admission)
{
    /// <summary>Null where nobody comes by certificate.</summary>
    public IClientCertificates? Certificates { get; init; }
}
