using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Gemel.Cluster;

/// <summary>The newest rejections, bounded by number and by bytes of payload. Kept in memory: they explain what is wrong
/// now; what was taken is in the journal.</summary>
internal sealed class RejectionStore(RejectionOptions options) : IRejectionStore
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Rejection> _newestFirst = new();
    private readonly List<Follower> _followers = [];
    private long _payloadBytes;
    private long _nextNumber = 1;

    /// <summary>How many were recorded since the start, dropped ones included.</summary>
    public long Total => Interlocked.Read(ref _nextNumber) - 1;

    public void Record(Rejection rejection)
    {
        lock (_gate)
        {
            Rejection numbered = rejection with { Number = _nextNumber++ };
            _newestFirst.AddFirst(numbered);
            _payloadBytes += numbered.Payload.Length;
            while (_newestFirst.Count > options.MaxCount || _payloadBytes > options.MaxPayloadBytes)
            {
                _payloadBytes -= _newestFirst.Last!.Value.Payload.Length;
                _newestFirst.RemoveLast();
            }
            foreach (Follower follower in _followers)
            {
                if (follower.Device == numbered.Device)
                {
                    follower.Waiting.Writer.TryWrite(numbered);
                }
            }
        }
    }

    public IReadOnlyList<Rejection> Read(Timestamp from, Timestamp to, DeviceId? device, int limit)
    {
        lock (_gate)
        {
            return [.. _newestFirst
                .Where(r => r.Time >= from && (to.IsNone || r.Time < to) && (device is null || r.Device == device))
                .Take(limit)];
        }
    }

    public async IAsyncEnumerable<Rejection> FollowAsync(DeviceId device, int capacity, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Follower follower = new(device, Channel.CreateBounded<Rejection>(new BoundedChannelOptions(capacity)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
        }));
        lock (_gate)
        {
            _followers.Add(follower);
        }
        try
        {
            await foreach (Rejection rejection in follower.Waiting.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return rejection;
            }
        }
        finally
        {
            lock (_gate)
            {
                _followers.Remove(follower);
            }
        }
    }

    private sealed record Follower(DeviceId Device, Channel<Rejection> Waiting);
}

/// <param name="MaxCount">Rejections kept.</param>
/// <param name="MaxPayloadBytes">Bytes of raw payload kept over all of them.</param>
public sealed record RejectionOptions(int MaxCount = 10_000, long MaxPayloadBytes = 64 << 20)
{
    /// <summary>Raw bytes kept of one payload.</summary>
    public const int MaxPayloadKept = 64 << 10;
}
