using Gemel.Cluster;
using Gemel.Mqtt.Protocol;

namespace Gemel.Mqtt.Connections;

/// <summary>An answer that a client waits for.</summary>
/// <param name="Item">Number of the message within the wave; −1 where the answer is already known.</param>
/// <param name="Disposition">What was known when the message was added.</param>
/// <param name="Refusal">The door's own refusal; null where the wave's receipt decides.</param>
internal readonly record struct PendingAck(PacketType Type, ushort PacketId, int Item, MessageDisposition Disposition, ReasonCode Reason, GemelError? Refusal);

/// <summary>Messages of one connection that go into a commit together, and the answers that follow it.</summary>
/// <remarks>Reused by its connection. Invariant: the answers stand in the order in which the packets came.</remarks>
internal sealed class Wave
{
    public List<PendingAck> Acks { get; } = [];

    /// <summary>Messages by QoS.</summary>
    public int[] Messages { get; } = new int[3];

    public int PayloadBytes { get; private set; }

    /// <summary>Ends when the commit is durable.</summary>
    public Task<WaveReceipt> Commit { get; set; } = NothingToCommit;

    public static Task<WaveReceipt> NothingToCommit { get; } = Task.FromResult(new WaveReceipt(0, null));

    public int MessageCount => Messages[0] + Messages[1] + Messages[2];

    public bool IsEmpty => MessageCount == 0 && Acks.Count == 0;

    public void Count(int qos, int payloadBytes)
    {
        Messages[qos]++;
        PayloadBytes += payloadBytes;
    }

    public void Reset()
    {
        Acks.Clear();
        Array.Clear(Messages);
        PayloadBytes = 0;
        Commit = NothingToCommit;
    }
}
