using Gemel.Graph;
using Gemel.Ingest;

namespace Gemel.Cluster;

/// <summary>The objects of one wave that shards refused after the doors had taken them, brought together with what the doors
/// had said: a message has one receipt, however many of its objects were refused, wherever.</summary>
/// <remarks>Rare (a twin was deleted or changed its model while the message was under way), so it is worked out from the batches anew
/// instead of being kept for every message.</remarks>
internal sealed class ShardRefusals
{
    private readonly HashSet<(int Shard, int Item, ulong Twin)> _objects = [];
    private readonly SortedDictionary<int, List<GemelError>> _reasons = [];

    public void Add(int shard, RejectedItem item, GemelError reason)
    {
        _objects.Add((shard, item.Item, item.Twin));
        if (!_reasons.TryGetValue(item.Item, out List<GemelError>? reasons))
        {
            _reasons[item.Item] = reasons = [];
        }
        reasons.Add(reason);
    }

    /// <param name="receipts">Of the messages of which the doors did not take something.</param>
    /// <param name="batches">What was sent, by shard.</param>
    /// <param name="roomForReasons">Reasons beyond it are left out but for the first of each message.</param>
    /// <returns>One receipt for each message of which anything was refused, in ascending order of their items.</returns>
    public List<MessageReceipt> MergeInto(IReadOnlyList<MessageReceipt> receipts, IReadOnlyList<SampleBatchWriter?> batches, int roomForReasons)
    {
        Dictionary<int, int> taken = CountTaken(batches);
        SortedDictionary<int, MessageReceipt> merged = new(receipts.ToDictionary(receipt => receipt.Item));
        foreach ((int item, List<GemelError> reasons) in _reasons)
        {
            MessageReceipt? before = merged.GetValueOrDefault(item);
            IEnumerable<GemelError> known = before?.Errors ?? [];
            GemelError[] errors = [.. known.Concat(reasons).Take(DecodeReport.MaxErrors)];
            errors = errors[..Math.Clamp(roomForReasons, 1, errors.Length)];
            roomForReasons -= errors.Length;
            int left = taken.GetValueOrDefault(item);
            merged[item] = new MessageReceipt(
                item, left > 0 ? MessageDisposition.PartlyRejected : MessageDisposition.Rejected, left, (before?.Rejected ?? 0) + reasons.Count, errors);
        }
        return [.. merged.Values];
    }

    /// <summary>Values of the objects that were not refused, for the messages that had refused ones.</summary>
    private Dictionary<int, int> CountTaken(IReadOnlyList<SampleBatchWriter?> batches)
    {
        Dictionary<int, int> taken = [];
        for (int shard = 0; shard < batches.Count; shard++)
        {
            if (batches[shard] is { IsEmpty: false } batch)
            {
                CountTaken(shard, new SampleBatchReader(batch.Written.Span), taken);
            }
        }
        return taken;
    }

    private void CountTaken(int shard, SampleBatchReader reader, Dictionary<int, int> taken)
    {
        while (reader.NextObject())
        {
            if (!_reasons.ContainsKey(reader.Item) || _objects.Contains((shard, reader.Item, reader.Key.Value)))
            {
                continue;
            }
            int values = 0;
            while (reader.NextValue())
            {
                // What did not fit stands in the batch without a value, and in the doors' count of rejected ones.
                values += reader.HasValue || !reader.ReasonUtf8.SequenceEqual("invalid"u8) ? 1 : 0;
            }
            taken[reader.Item] = taken.GetValueOrDefault(reader.Item) + values;
        }
    }
}
