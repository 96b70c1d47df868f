using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>Reads and writes single twins and relationships.</summary>
/// <remarks>Writes complete when they are durable. Bodies are JSON as Azure Digital Twins takes it; one whose write was cancelled, or
/// ended with GMC004, may still be read: its buffer must not be used again.</remarks>
public interface ITwinStore
{
    long Count { get; }

    /// <summary>Fills <paramref name="view"/> with the twin's present state; false where there is no such twin.</summary>
    bool TryRead(TwinId id, TwinView view);

    /// <summary>Twins in ordinal order of their ids.</summary>
    /// <param name="after">Exclusive; null: from the beginning.</param>
    IReadOnlyList<TwinListing> List(string? prefix, ModelId? model, string? after, int limit);

    ValueTask<Outcome<WriteReceipt>> PutAsync(TwinId id, ReadOnlyMemory<byte> json, WriteCondition condition, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<WriteReceipt>> PatchAsync(TwinId id, ReadOnlyMemory<byte> patch, WriteCondition condition, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<WriteReceipt>> PatchComponentAsync(TwinId id, string component, ReadOnlyMemory<byte> patch, WriteCondition condition, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<WriteReceipt>> DeleteAsync(TwinId id, WriteCondition condition, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<WriteReceipt>> SendTelemetryAsync(TwinId id, TelemetryMessage message, Actor actor, CancellationToken cancellationToken);

    Outcome<RelationshipRecord> FindRelationship(TwinId source, RelationshipId id);

    /// <summary>Relationships that begin at the twin, in ordinal order of their ids.</summary>
    Outcome<IReadOnlyList<RelationshipRecord>> Outgoing(TwinId twin, string? name);

    /// <summary>Relationships that end at the twin, in ordinal order of source and id.</summary>
    Outcome<IReadOnlyList<RelationshipRecord>> Incoming(TwinId twin);

    ValueTask<Outcome<WriteReceipt>> PutRelationshipAsync(TwinId source, RelationshipId id, ReadOnlyMemory<byte> json, WriteCondition condition, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<WriteReceipt>> PatchRelationshipAsync(TwinId source, RelationshipId id, ReadOnlyMemory<byte> patch, WriteCondition condition, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<WriteReceipt>> DeleteRelationshipAsync(TwinId source, RelationshipId id, WriteCondition condition, Actor actor, CancellationToken cancellationToken);
}

public readonly record struct TwinListing(TwinId Id, ModelId Model, Timestamp LastUpdate);
