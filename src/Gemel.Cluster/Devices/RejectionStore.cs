using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Gemel.Cluster;

/// <summary>The newest rejections, bounded by number and by what they weigh in memory. Kept in memory: they explain what is wrong
/// now; what was taken is in the journal.</summary>
internal sealed class RejectionStore(RejectionOptions options) : IRejectionStore
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(Rejection Rejection, long Weight)> _newestFirst = new();
    private readonly List<Follower> _followers = [];
    private long _weight;
    private long _nextNumber = 1;

    /// <summary>How many were recorded since the start, dropped ones included.</summary>
    public long Total => Interlocked.Read(ref _nextNumber) - 1;

    public void Record(Rejection rejection)
    {
        lock (_gate)
        {
            Rejection numbered = rejection with { Number = _nextNumber++ };
            long weight = WeightOf(numbered);
            _newestFirst.AddFirst((numbered, weight));
            _weight += weight;
            while (_newestFirst.Count > options.MaxCount || _weight > options.MaxBytes)
            {
                _weight -= _newestFirst.Last!.Value.Weight;
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
                .Select(kept => kept.Rejection)
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

    // Topic, tags and names are the sender's choice as much as the payload is, and may be as long.
    private static long WeightOf(Rejection rejection)
    {
        long weight = RejectionOptions.ObjectBytes + rejection.Payload.Length + Bytes(rejection.Topic);
        foreach (GemelError reason in rejection.Reasons)
        {
            weight += RejectionOptions.ObjectBytes + Bytes(reason.Target) + reason.Arguments.Sum(argument => Bytes(argument as string));
        }
        return weight;

        static long Bytes(string? text) => (text?.Length ?? 0) * sizeof(char);
    }

    private sealed record Follower(DeviceId Device, Channel<Rejection> Waiting);
}

/// <param name="MaxCount">Rejections kept.</param>
/// <param name="MaxBytes">Memory for all of them: raw payloads, topics, reasons.</param>
public sealed record RejectionOptions(int MaxCount = 10_000, long MaxBytes = 64 << 20)
{
    /// <summary>What an object costs besides its texts, roughly.</summary>
    internal const int ObjectBytes = 200;

    /// <summary>Raw bytes kept of one payload.</summary>
    public const int MaxPayloadKept = 64 << 10;
}
