using Orleans.Concurrency;
using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>The shell of one shard: owns its turn, waits for the commit, and leaves every decision to <see cref="Shard"/>.</summary>
/// <remarks>
/// Reentrant: while one call waits for its commit, the next is applied and joins the same or the next commit. What is between
/// entering the gate and leaving it never waits. The shard itself is loaded before the silo starts (<see cref="ShardHost"/>).
/// </remarks>
[Reentrant, KeepAlive]
internal sealed class ShardGrain(ShardHost host, TimeProvider clock) : Grain, IShardGrain
{
    private Shard Shard => host.Shards.All[(int)this.GetPrimaryKeyLong()];

    public Task Activate() => Task.CompletedTask;

    public async Task<IngestAnswer> Ingest(IngestBatch batch)
    {
        host.Committer.ThrowIfReadOnly();
        IngestReceipt receipt = default;
        CommitTicket ticket;
        Shard shard = Shard;
        lock (shard.Gate)
        {
            shard.Ingest(batch.Bytes.Span, Now, ref receipt);
            ticket = host.Committer.TicketOf(shard);
        }
        IngestMetrics.Applied(receipt);
        long commit = await host.Committer.CommitAsync(ticket);
        return new IngestAnswer(commit, receipt.Taken, receipt.Repetitions, Rejected(receipt.Rejected));
    }

    public async Task<WriteAnswer> Write(WriteRequest request)
    {
        host.Committer.ThrowIfReadOnly();
        (Outcome<WriteReceipt> outcome, CommitTicket ticket) = ShardWrites.Do(host, Shard, request, Now);
        if (outcome.IsSuccess)
        {
            await host.Committer.CommitAsync(ticket);
        }
        return WriteAnswer.Of(outcome);
    }

    private Timestamp Now => Timestamp.From(clock.GetUtcNow());

    private static RejectedItem[]? Rejected(IReadOnlyList<RejectedObject> rejected) =>
        rejected.Count == 0 ? null : [.. rejected.Select(r => new RejectedItem(r.Item, r.Reason == RejectionReason.SchemaChanged, r.Twin.Value))];
}
