using System.Collections.Immutable;

namespace Gemel.Cluster;

/// <summary>What was not taken, and why; bounded, the oldest goes first.</summary>
public interface IRejectionStore
{
    void Record(Rejection rejection);

    /// <summary>Newest first.</summary>
    /// <param name="to">Exclusive; none means no bound.</param>
    IReadOnlyList<Rejection> Read(Timestamp from, Timestamp to, DeviceId? device, int limit);

    /// <summary>Rejections of one device from now on; at most <paramref name="capacity"/> wait, the oldest is dropped.</summary>
    IAsyncEnumerable<Rejection> FollowAsync(DeviceId device, int capacity, CancellationToken cancellationToken);
}

/// <param name="Device">The device, or null where an administrator sent it.</param>
/// <param name="Sender">Name of the identity.</param>
/// <param name="Payload">Raw bytes as they came, cut at <see cref="RejectionOptions.MaxPayloadKept"/>.</param>
/// <param name="PayloadBytes">Length of the whole payload.</param>
public sealed record Rejection(
    long Number,
    Timestamp Time,
    DeviceId? Device,
    string Sender,
    string Topic,
    ReadOnlyMemory<byte> Payload,
    int PayloadBytes,
    ImmutableArray<GemelError> Reasons);
