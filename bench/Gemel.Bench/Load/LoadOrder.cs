using System.Net;
using System.Text.Json.Serialization;

namespace Gemel.Bench.Load;

/// <summary>What a loader process is told to do.</summary>
[JsonPolymorphic]
[JsonDerivedType(typeof(PublishOrder), "publish")]
[JsonDerivedType(typeof(LatencyOrder), "latency")]
[JsonDerivedType(typeof(GetOrder), "get")]
internal abstract record LoadOrder(double Seconds);

/// <param name="Mqtt">Host and port.</param>
/// <param name="Workload">Its name.</param>
/// <param name="Window">Messages of one connection that may wait for their acknowledgement; QoS 1 only.</param>
internal sealed record PublishOrder(double Seconds, string Mqtt, Account Account, string Workload, int Connections, int QoS, int Window) : LoadOrder(Seconds)
{
    [JsonIgnore]
    public IPEndPoint Server => IPEndPoint.Parse(Mqtt);
}

/// <summary>Publishes with QoS 0 at a steady rate and listens for what comes out.</summary>
/// <param name="MessagesPerSecond">Of all connections together.</param>
/// <param name="Stream">The change stream to listen to; null subscribes at the MQTT server itself.</param>
/// <param name="WarmUpSeconds">Not measured, before <see cref="LoadOrder.Seconds"/>.</param>
internal sealed record LatencyOrder(
    double Seconds, string Mqtt, Account Account, int Connections, double MessagesPerSecond, Uri? Stream, double WarmUpSeconds) : LoadOrder(Seconds)
{
    [JsonIgnore]
    public IPEndPoint Server => IPEndPoint.Parse(Mqtt);
}

/// <summary>Reads random meters, one request at a time on each connection.</summary>
internal sealed record GetOrder(double Seconds, Uri Server, string Key, int Connections) : LoadOrder(Seconds);

/// <summary>MQTT user and password, or HTTP key.</summary>
internal sealed record Account(string User, string Password);
