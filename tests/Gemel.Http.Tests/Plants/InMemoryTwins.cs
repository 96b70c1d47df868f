using Gemel.Cluster;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Http.Tests;

/// <summary>One real shard; every write is a commit of its own and durable at once.</summary>
internal sealed class InMemoryTwins(Func<ModelSet> models, Action<long> committed) : ITwinStore
{
    public static readonly Timestamp Start = new(new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc).Ticks);

    private readonly Shard _shard = new(new ShardOptions(), durableCommit: 0, Start);
    private long _durable;

    public long Count => _shard.Directory.Count;

    /// <summary>Thrown by the next write, once; null for none.</summary>
    public Exception? NextFailure { get; set; }

    public Actor LastActor { get; private set; }

    public bool TryRead(TwinId id, TwinView view)
    {
        lock (_shard.Gate)
        {
            return _shard.TryRead(id.Value, _durable, Start, view);
        }
    }

    public IReadOnlyList<TwinListing> List(string? prefix, ModelId? model, string? after, int limit)
    {
        return [.. _shard.Directory.Living()
            .Where(t => (prefix is null || t.Id.Value.StartsWith(prefix, StringComparison.Ordinal)) && (model is not { } m || t.Schema.IsOfModel(m)))
            .Where(t => after is null || string.CompareOrdinal(t.Id.Value, after) > 0)
            .OrderBy(t => t.Id.Value, StringComparer.Ordinal)
            .Take(limit)
            .Select(t => new TwinListing(t.Id, t.Schema.Model, t.LastUpdate))];
    }

    public ValueTask<Outcome<WriteReceipt>> PutAsync(TwinId id, ReadOnlyMemory<byte> json, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        Write(actor, () => _shard.PutTwin(id, json, condition, models(), actor, Start));

    public ValueTask<Outcome<WriteReceipt>> PatchAsync(TwinId id, ReadOnlyMemory<byte> patch, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        Write(actor, () => _shard.PatchTwin(id, patch, condition, models(), actor, Start));

    public ValueTask<Outcome<WriteReceipt>> PatchComponentAsync(TwinId id, string component, ReadOnlyMemory<byte> patch, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        Write(actor, () => _shard.PatchComponent(id, component, patch, condition, models(), actor, Start));

    public ValueTask<Outcome<WriteReceipt>> DeleteAsync(TwinId id, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        Write(actor, () => _shard.DeleteTwin(id, condition, actor, Start));

    public ValueTask<Outcome<WriteReceipt>> SendTelemetryAsync(TwinId id, TelemetryMessage message, Actor actor, CancellationToken cancellationToken) =>
        Write(actor, () => _shard.SendTelemetry(id, message, actor, Start));

    public Outcome<RelationshipRecord> FindRelationship(TwinId source, RelationshipId id)
    {
        lock (_shard.Gate)
        {
            if (!_shard.TryFind(source.Value, _durable, out _))
            {
                return GraphErrors.TwinNotFound.With(source);
            }
            return _shard.FindRelationship(source.Value, id, _durable) is { } found ? found : GraphErrors.RelationshipNotFound.With(source, id);
        }
    }

    public Outcome<IReadOnlyList<RelationshipRecord>> Outgoing(TwinId twin, string? name) => Relationships(twin, found => _shard.Outgoing(found, _durable, name));

    public Outcome<IReadOnlyList<RelationshipRecord>> Incoming(TwinId twin) => Relationships(twin, found => _shard.Incoming(found, _durable));

    public ValueTask<Outcome<WriteReceipt>> PutRelationshipAsync(TwinId source, RelationshipId id, ReadOnlyMemory<byte> json, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        Write(actor, () => _shard.PutRelationship(source, id, json, condition, _ => _shard, models(), actor, Start));

    public ValueTask<Outcome<WriteReceipt>> PatchRelationshipAsync(TwinId source, RelationshipId id, ReadOnlyMemory<byte> patch, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        Write(actor, () => _shard.PatchRelationship(source, id, patch, condition, _ => _shard, models(), actor, Start));

    public ValueTask<Outcome<WriteReceipt>> DeleteRelationshipAsync(TwinId source, RelationshipId id, WriteCondition condition, Actor actor, CancellationToken cancellationToken) =>
        Write(actor, () => _shard.DeleteRelationship(source, id, condition, _ => _shard, actor, Start));

    private Outcome<IReadOnlyList<RelationshipRecord>> Relationships(TwinId twin, Func<Twin, IReadOnlyList<RelationshipRecord>> read)
    {
        lock (_shard.Gate)
        {
            return _shard.TryFind(twin.Value, _durable, out Twin? found)
                ? Outcome<IReadOnlyList<RelationshipRecord>>.Success(read(found))
                : GraphErrors.TwinNotFound.With(twin);
        }
    }

    private ValueTask<Outcome<WriteReceipt>> Write(Actor actor, Func<Outcome<WriteReceipt>> write)
    {
        if (NextFailure is { } failure)
        {
            NextFailure = null;
            throw failure;
        }
        lock (_shard.Gate)
        {
            LastActor = actor;
            Outcome<WriteReceipt> outcome = write();
            using SealedChanges changes = _shard.Seal();
            _durable = changes.Commit;
            _shard.Release(_durable);
            committed(_durable);
            return new(outcome);
        }
    }
}
