using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <content>Writes of relationships: called on the source's shard, which journals them; the target's shard takes them too.</content>
public sealed partial class Shard
{
    /// <summary>The twins at whose shards a write of a relationship needs the gates: the target it has, and the one that a body names.</summary>
    /// <param name="json">The body of a PUT; empty for a patch or a deletion. Errors in it are left to the write.</param>
    /// <remarks>Under this shard's gate. Then the caller takes all gates in one order and writes; where the target changed in
    /// between, the write fails with GMG066 and the caller begins anew.</remarks>
    public IReadOnlyList<TwinId> RelationshipTargets(TwinId source, RelationshipId id, ReadOnlyMemory<byte> json)
    {
        List<TwinId> targets = [];
        if (FindRelationship(source.Value, id, PendingCommit) is { } present)
        {
            targets.Add(present.TargetId);
        }
        using JsonDocument? document = json.IsEmpty ? null : JsonInput.Parse(json, []);
        if (document is not null && TwinId.TryCreate(RelationshipBody.Read(document.RootElement, []).TargetId, out TwinId target) && !targets.Contains(target))
        {
            targets.Add(target);
        }
        return targets;
    }

    /// <summary>Creates a relationship, or replaces name, target and properties of one.</summary>
    /// <param name="json">The body of PUT /digitaltwins/{source}/relationships/{id}; not kept.</param>
    /// <param name="held">Must know the shards of <see cref="RelationshipTargets"/>.</param>
    /// <returns>GMG001–006 the JSON, GMG010 no such source, GMG013 no such target, GMG020–022 the condition, GMG040 the source's model is
    /// deleted, GMG060–063 and GMG065 the relationship, GMG066 a gate is not held, GMM1xx values.</returns>
    public Outcome<WriteReceipt> PutRelationship(
        TwinId source, RelationshipId id, ReadOnlyMemory<byte> json, WriteCondition condition, HeldShards held, ModelSet models, in Actor actor, Timestamp now)
    {
        if (Directory.Find(source.Value) is not { } twin)
        {
            return GraphErrors.TwinNotFound.With(source);
        }
        RelationshipRecord? present = FindRelationship(source.Value, id, PendingCommit);
        if (condition.Check(id.Value, present is null ? null : ETag.Of(present)) is { } unmet)
        {
            return unmet;
        }
        List<GemelError> errors = [];
        using JsonDocument? document = JsonInput.Parse(json, errors);
        if (document is null)
        {
            return Outcome<WriteReceipt>.Failure(errors);
        }
        RelationshipBody body = RelationshipBody.Read(document.RootElement, errors);
        RelationshipSchema? schema = body.Name is null ? null : RelationshipSchemaOf(twin, body.Name, models, errors);
        (Twin Twin, Shard Shard)? target = body.TargetId is null ? null : FindTarget(twin, body.TargetId, schema, held, errors);
        ReadOnlyMemory<byte> properties = schema is null ? default : ReadProperties(document.RootElement, schema, errors);
        if (errors.Count > 0)
        {
            return Outcome<WriteReceipt>.Failure(errors);
        }
        return ApplyPut(twin, id, schema!.Name, target!.Value.Twin, target.Value.Shard, properties, present, held, actor, now);
    }

    /// <summary>Applies a JSON Patch to a relationship's properties; none of it where any operation is in error.</summary>
    /// <returns>As <see cref="PutRelationship"/>, and GMG012 no such relationship, GMG050–056 the patch.</returns>
    public Outcome<WriteReceipt> PatchRelationship(
        TwinId source, RelationshipId id, ReadOnlyMemory<byte> json, WriteCondition condition, HeldShards held, ModelSet models, in Actor actor, Timestamp now)
    {
        if (FindForWrite(source, id, condition, out Twin? twin, out RelationshipRecord? present) is { } refused)
        {
            return refused;
        }
        List<GemelError> errors = [];
        using JsonDocument? document = JsonInput.Parse(json, errors);
        List<PatchOperation> operations = document is null ? [] : PatchOperation.Read(document.RootElement, errors);
        if (document is null || RelationshipSchemaOf(twin!, present!.Name, models, errors) is not { } schema)
        {
            return Outcome<WriteReceipt>.Failure(errors);
        }
        RelationshipDraft draft = new(schema, present.Properties);
        draft.Apply(operations, errors);
        ReadOnlyMemory<byte> properties = draft.Resolve(errors);
        if (errors.Count > 0)
        {
            return Outcome<WriteReceipt>.Failure(errors);
        }
        if (operations.Count == 0)
        {
            return new WriteReceipt(present.SinceCommit, ETag.Of(present), Created: false, twin!.Key);
        }
        return held(present.TargetKey.Slot) is { } shard
            ? ApplyPut(twin!, id, present.Name, shard.TargetOf(present), shard, properties, present, held, actor, now)
            : GraphErrors.TargetChanged.With(id);
    }

    /// <summary>Deletes a relationship, also one whose source's model is deleted: else such a twin could never go.</summary>
    /// <returns>GMG010 no such source, GMG012 no such relationship, GMG020 the condition, GMG066 a gate is not held.</returns>
    public Outcome<WriteReceipt> DeleteRelationship(TwinId source, RelationshipId id, WriteCondition condition, HeldShards held, in Actor actor, Timestamp now)
    {
        if (FindForWrite(source, id, condition, out Twin? twin, out RelationshipRecord? present) is { } refused)
        {
            return refused;
        }
        if (held(present!.TargetKey.Slot) is not { } shard)
        {
            return GraphErrors.TargetChanged.With(id);
        }
        Writes.BeginGroup(actor, now);
        Writes.RemoveRelationship(twin!, present, shard.TargetOf(present), shard);
        return new WriteReceipt(Writes.EndGroup(), "", Created: false, twin!.Key);
    }

    private GemelError? FindForWrite(TwinId source, RelationshipId id, WriteCondition condition, out Twin? twin, out RelationshipRecord? present)
    {
        twin = Directory.Find(source.Value);
        present = twin is null ? null : FindRelationship(source.Value, id, PendingCommit);
        return twin is null ? GraphErrors.TwinNotFound.With(source)
            : present is null ? GraphErrors.RelationshipNotFound.With(source, id)
            : condition.Check(id.Value, ETag.Of(present));
    }

    /// <summary>The living target of a living relationship: a twin with relationships cannot be deleted.</summary>
    private Twin TargetOf(RelationshipRecord relationship) =>
        Directory.Find(relationship.TargetKey)
        ?? throw new InvalidOperationException($"The relationship '{relationship.Id}' leads to {relationship.TargetKey}, which is not in this shard.");

    private static RelationshipSchema? RelationshipSchemaOf(Twin source, string name, ModelSet models, List<GemelError> errors)
    {
        if (!models.TryGet(source.Schema.Model, out ModelEntry? model))
        {
            errors.Add(GraphErrors.ModelDeleted.With(source.Id, source.Schema.Model));
            return null;
        }
        RelationshipSchema? schema = model.Schema.FindRelationship(name);
        if (schema is null)
        {
            string suggestion = NearestName.Suggest(name, model.Schema.Relationships.Select(r => r.Name));
            errors.Add(GraphErrors.RelationshipUndeclared.With(name, model.Id, suggestion).On("/$relationshipName"));
        }
        return schema;
    }

    private static (Twin Twin, Shard Shard)? FindTarget(Twin source, string targetId, RelationshipSchema? schema, HeldShards held, List<GemelError> errors)
    {
        bool isId = TwinId.TryCreate(targetId, out TwinId id);
        Shard? shard = isId ? held(Slots.Of(id)) : null;
        Twin? target = shard?.Directory.Find(targetId);
        GemelError? error = targetId == source.Id.Value ? GraphErrors.RelationshipToItself.With(targetId)
            : isId && shard is null ? GraphErrors.TargetChanged.With(targetId)
            : target is null ? GraphErrors.TargetTwinNotFound.With(targetId)
            : schema?.Target is { } model && !target.Schema.IsOfModel(model) ? GraphErrors.RelationshipTarget.With(schema.Name, model, targetId, target.Schema.Model)
            : null;
        if (error is null)
        {
            return (target!, shard!);
        }
        errors.Add(error.On("/$targetId"));
        return null;
    }

    private static ReadOnlyMemory<byte> ReadProperties(JsonElement body, RelationshipSchema schema, List<GemelError> errors)
    {
        RelationshipDraft draft = new(schema, present: default);
        draft.Read(body, errors);
        return draft.Resolve(errors);
    }

    private Outcome<WriteReceipt> ApplyPut(
        Twin source, RelationshipId id, string name, Twin target, Shard targetShard, ReadOnlyMemory<byte> properties,
        RelationshipRecord? present, HeldShards held, in Actor actor, Timestamp now)
    {
        bool moves = present is not null && present.TargetKey != target.Key;
        Shard? before = moves ? held(present!.TargetKey.Slot) : null;
        if (moves && before is null)
        {
            return GraphErrors.TargetChanged.With(id);
        }
        Writes.BeginGroup(actor, now);
        if (moves)
        {
            Writes.RemoveRelationship(source, present!, before!.TargetOf(present!), before);
        }
        RelationshipRecord record = Writes.PutRelationship(source, id, name, target, targetShard, properties);
        return new WriteReceipt(Writes.EndGroup(), ETag.Of(record), Created: present is null, source.Key);
    }
}
