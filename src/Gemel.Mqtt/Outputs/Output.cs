using Gemel.Mqtt.Protocol;

namespace Gemel.Mqtt.Outputs;

/// <summary>A message to subscribers, built once for all of them.</summary>
/// <param name="Id">The twin or device of the topic.</param>
/// <param name="Payload">UTF-8 JSON; empty says that the twin is gone.</param>
internal sealed record OutputMessage(OutputKind Kind, string Id, ReadOnlyMemory<byte> Payload)
{
    public string Topic { get; } = TopicOf(Kind, Id);

    public static string TopicOf(OutputKind kind, string id) => kind switch
    {
        OutputKind.State => $"twins/{PercentEncoding.Encode(id)}/state",
        OutputKind.Changes => $"twins/{PercentEncoding.Encode(id)}/changes",
        _ => $"devices/{PercentEncoding.Encode(id)}/rejections",
    };
}

/// <summary>What a subscriber gets next: a finished message, or the state of a twin, read when it is sent.</summary>
/// <param name="StateOf">The twin whose present state is due; null where <paramref name="Message"/> is given.</param>
/// <param name="IsRetained">The state answers a new subscription.</param>
internal readonly record struct Output(OutputMessage? Message, string? StateOf, bool IsRetained);
