using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>Reads twins under their shard's gate at the durable commit, and sends writes to the grain that owns the shard.</summary>
internal sealed class TwinStore(ShardSet shards, IReadOnlyList<IShardGrain> grains, DurableClock durable, TimeProvider clock) : ITwinStore
{
    public long Count => shards.All.Sum(shard => (long)shard.Directory.Count);

    public bool TryRead(TwinId id, TwinView view)
    {
        Shard shard = shards.Of(id);
        lock (shard.Gate)
        {
            // The durable commit is read inside the gate: undo older than it may go as soon as the gate is free.
            return shard.TryRead(id.Value, durable.Commit, Timestamp.From(clock.GetUtcNow()), view);
        }
    }

    public IReadOnlyList<TwinListing> List(string? prefix, ModelId? model, string? after, int limit)
    {
        SortedList<string, TwinListing> first = new(StringComparer.Ordinal);
        foreach (Twin twin in shards.All.SelectMany(shard => shard.Directory.Living()))
        {
            string id = twin.Id.Value;
            bool isWanted = (prefix is null || id.StartsWith(prefix, StringComparison.Ordinal))
                && (after is null || string.CompareOrdinal(id, after) > 0)
                && (model is not { } asked || twin.Schema.IsOfModel(asked))
                && twin.CreatedCommit <= durable.Commit;
            if (isWanted && (first.Count < limit || string.CompareOrdinal(id, first.GetKeyAtIndex(limit - 1)) < 0))
            {
                first[id] = new TwinListing(twin.Id, twin.Schema.Model, twin.LastUpdate);
                if (first.Count > limit)
                {
                    first.RemoveAt(limit);
                }
            }
        }
        return [.. first.Values];
    }

    public ValueTask<Outcome<WriteReceipt>> PutAsync(TwinId id, ReadOnlyMemory<byte> json, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(WriteKind.PutTwin, id, "", json, condition, actor, cancellationToken);

    public ValueTask<Outcome<WriteReceipt>> PatchAsync(TwinId id, ReadOnlyMemory<byte> patch, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(WriteKind.PatchTwin, id, "", patch, condition, actor, cancellationToken);

    public ValueTask<Outcome<WriteReceipt>> PatchComponentAsync(TwinId id, string component, ReadOnlyMemory<byte> patch, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(WriteKind.PatchComponent, id, component, patch, condition, actor, cancellationToken);

    public ValueTask<Outcome<WriteReceipt>> DeleteAsync(TwinId id, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(WriteKind.DeleteTwin, id, "", default, condition, actor, cancellationToken);

    public ValueTask<Outcome<WriteReceipt>> SendTelemetryAsync(TwinId id, TelemetryMessage message, Actor actor, CancellationToken cancellationToken) =>
        SendAsync(id, Request(WriteKind.SendTelemetry, id, message.Component ?? "", message.Payload, WriteCondition.None, actor) with
        {
            MessageId = message.MessageId,
            SourceTicks = message.Source.Ticks,
            ContentType = message.ContentType,
        }, cancellationToken);

    public Outcome<RelationshipRecord> FindRelationship(TwinId source, RelationshipId id)
    {
        Shard shard = shards.Of(source);
        lock (shard.Gate)
        {
            long commit = durable.Commit;
            if (!shard.TryFind(source.Value, commit, out _))
            {
                return GraphErrors.TwinNotFound.With(source);
            }
            return shard.FindRelationship(source.Value, id, commit) is { } relationship ? relationship : GraphErrors.RelationshipNotFound.With(source, id);
        }
    }

    public Outcome<IReadOnlyList<RelationshipRecord>> Outgoing(TwinId twin, string? name) =>
        Relationships(twin, (shard, found, commit) => shard.Outgoing(found, commit, name));

    public Outcome<IReadOnlyList<RelationshipRecord>> Incoming(TwinId twin) =>
        Relationships(twin, (shard, found, commit) => shard.Incoming(found, commit));

    public ValueTask<Outcome<WriteReceipt>> PutRelationshipAsync(TwinId source, RelationshipId id, ReadOnlyMemory<byte> json, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(WriteKind.PutRelationship, source, id.Value, json, condition, actor, cancellationToken);

    public ValueTask<Outcome<WriteReceipt>> PatchRelationshipAsync(TwinId source, RelationshipId id, ReadOnlyMemory<byte> patch, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(WriteKind.PatchRelationship, source, id.Value, patch, condition, actor, cancellationToken);

    public ValueTask<Outcome<WriteReceipt>> DeleteRelationshipAsync(TwinId source, RelationshipId id, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        WriteAsync(WriteKind.DeleteRelationship, source, id.Value, default, condition, actor, cancellationToken);

    private Outcome<IReadOnlyList<RelationshipRecord>> Relationships(TwinId id, Func<Shard, Twin, long, IReadOnlyList<RelationshipRecord>> read)
    {
        Shard shard = shards.Of(id);
        lock (shard.Gate)
        {
            long commit = durable.Commit;
            return shard.TryFind(id.Value, commit, out Twin? twin)
                ? Outcome<IReadOnlyList<RelationshipRecord>>.Success(read(shard, twin, commit))
                : GraphErrors.TwinNotFound.With(id);
        }
    }

    private ValueTask<Outcome<WriteReceipt>> WriteAsync(
        WriteKind kind, TwinId id, string part, ReadOnlyMemory<byte> body, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        SendAsync(id, Request(kind, id, part, body, condition, actor), cancellationToken);

    private async ValueTask<Outcome<WriteReceipt>> SendAsync(TwinId id, WriteRequest request, CancellationToken cancellationToken)
    {
        WriteAnswer answer = await grains[shards.NumberOf(id)].Write(request).AnswerAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer.ToOutcome();
    }

    private static WriteRequest Request(WriteKind kind, TwinId id, string part, ReadOnlyMemory<byte> body, WriteCondition condition, Actor actor) =>
        new(kind, id.Value, part, body, WriteRequest.HeaderOf(condition), condition.IfNoneMatchAny, actor.Name, actor.Origin);
}
