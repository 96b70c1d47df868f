using System.Buffers;
using System.Text.Json;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <content>Writes of twins from JSON: each is decided whole, with every error found, and then applied, which cannot fail.</content>
public sealed partial class Shard
{
    /// <summary>Creates a twin, or replaces all properties of one.</summary>
    /// <param name="json">The body of PUT /digitaltwins/{id}; not kept.</param>
    /// <returns>GMG001–006 the JSON, GMG020–022 the condition, GMG030–039 the body, GMM1xx values; targets are JSON pointers.</returns>
    public Outcome<WriteReceipt> PutTwin(TwinId id, ReadOnlyMemory<byte> json, WriteCondition condition, ModelSet models, in Actor actor, Timestamp now)
    {
        Twin? present = Directory.Find(id.Value);
        if (condition.Check(id.Value, present is null ? null : ETag.Of(present)) is { } unmet)
        {
            return unmet;
        }
        List<GemelError> errors = [];
        using JsonDocument? document = JsonInput.Parse(json, errors);
        ModelId? model = document is null ? null : TwinBody.FindModel(document.RootElement, errors);
        if (model is null || SchemaFor(model.Value, present, models, errors) is not { } schema)
        {
            return Outcome<WriteReceipt>.Failure(errors);
        }
        TwinDraft draft = new(schema);
        TwinBody.Read(document!.RootElement, draft, errors);
        List<CellAssignment> cells = new DraftCheck(errors).Resolve(draft);
        return errors.Count > 0 ? Outcome<WriteReceipt>.Failure(errors) : ApplyPut(id, present, schema, cells, actor, now);
    }

    /// <summary>Applies a JSON Patch to a twin; none of it where any operation is in error.</summary>
    /// <param name="json">The body of PATCH /digitaltwins/{id}; not kept.</param>
    /// <returns>As <see cref="PutTwin"/>, and GMG010 no such twin, GMG040–041 the model, GMG050–056 the patch.</returns>
    public Outcome<WriteReceipt> PatchTwin(TwinId id, ReadOnlyMemory<byte> json, WriteCondition condition, ModelSet models, in Actor actor, Timestamp now) =>
        Patch(id, component: null, json, condition, models, actor, now);

    /// <summary>Applies a JSON Patch whose paths are relative to a component.</summary>
    /// <returns>As <see cref="PatchTwin"/>, and GMG011 no such component.</returns>
    public Outcome<WriteReceipt> PatchComponent(
        TwinId id, string component, ReadOnlyMemory<byte> json, WriteCondition condition, ModelSet models, in Actor actor, Timestamp now) =>
        Patch(id, component, json, condition, models, actor, now);

    /// <summary>Ends a twin's life.</summary>
    /// <returns>GMG010 no such twin, GMG020 the condition, GMG064 it has relationships in either direction.</returns>
    public Outcome<WriteReceipt> DeleteTwin(TwinId id, WriteCondition condition, in Actor actor, Timestamp now)
    {
        if (Directory.Find(id.Value) is not { } twin)
        {
            return GraphErrors.TwinNotFound.With(id);
        }
        if (condition.Check(id.Value, ETag.Of(twin)) is { } unmet)
        {
            return unmet;
        }
        if (HasRelationships(twin))
        {
            return GraphErrors.RelationshipsNotDeleted.With(id, Outgoing(twin, PendingCommit).Count, Incoming(twin, PendingCommit).Count);
        }
        ReadOnlySpan<byte> document = DocumentOf(twin, now);
        Writes.BeginGroup(actor, now);
        Writes.RemoveTwin(twin, document);
        return new WriteReceipt(Writes.EndGroup(), "", Created: false, twin.Key);
    }

    /// <summary>The twin as GET would show it, pending changes included.</summary>
    private ReadOnlySpan<byte> DocumentOf(Twin twin, Timestamp now)
    {
        TwinView view = new();
        _store.Read(twin, PendingCommit, new Freshness(twin, StartedAt, now, Options), view);
        ArrayBufferWriter<byte> json = new();
        TwinJson.Write(view, json, TwinJsonOptions.Current);
        return json.WrittenSpan;
    }

    private Outcome<WriteReceipt> Patch(
        TwinId id, string? component, ReadOnlyMemory<byte> json, WriteCondition condition, ModelSet models, in Actor actor, Timestamp now)
    {
        if (Directory.Find(id.Value) is not { } twin)
        {
            return GraphErrors.TwinNotFound.With(id);
        }
        if (component is not null && ComponentMissing(twin, component) is { } missing)
        {
            return missing;
        }
        if (condition.Check(id.Value, ETag.Of(twin)) is { } unmet)
        {
            return unmet;
        }
        List<GemelError> errors = [];
        using JsonDocument? document = JsonInput.Parse(json, errors);
        List<PatchOperation> operations = document is null ? [] : PatchOperation.Read(document.RootElement, errors);
        TwinSchema? schema = SchemaAfter(twin, component, operations, models, errors);
        if (document is null || schema is null)
        {
            return Outcome<WriteReceipt>.Failure(errors);
        }
        TwinDraft draft = new(new PresentValues(this, twin), schema);
        new TwinPatch(draft, component, errors).Apply(operations);
        List<CellAssignment> cells = new DraftCheck(errors).Resolve(draft);
        return errors.Count > 0 ? Outcome<WriteReceipt>.Failure(errors) : ApplyPatch(twin, schema, cells, actor, now);
    }

    private static GemelError? ComponentMissing(Twin twin, string component)
    {
        if (twin.Schema.FindComponent(component) is not null)
        {
            return null;
        }
        string known = twin.Schema.Components.Length == 0 ? "none" : string.Join(", ", twin.Schema.Components.Select(c => c.Name));
        return GraphErrors.ComponentNotFound.With(component, twin.Schema.Model, twin.Id, known);
    }

    /// <summary>The schema that a twin would have after a patch; null where that is an error.</summary>
    private static TwinSchema? SchemaAfter(Twin twin, string? component, List<PatchOperation> operations, ModelSet models, List<GemelError> errors)
    {
        if (component is null && TwinPatch.FindModel(operations, errors) is { } model)
        {
            return SchemaFor(model, twin, models, errors);
        }
        // A model deleted and uploaded again has a new schema: the twin moves to it with its next write.
        if (models.TryGet(twin.Schema.Model, out ModelEntry? present))
        {
            return present.Schema;
        }
        errors.Add(GraphErrors.ModelDeleted.With(twin.Id, twin.Schema.Model));
        return null;
    }

    private static TwinSchema? SchemaFor(ModelId model, Twin? present, ModelSet models, List<GemelError> errors)
    {
        const string pointer = "/$metadata/$model";
        if (!models.TryGet(model, out ModelEntry? entry))
        {
            errors.Add(GraphErrors.UnknownModel.With(model).On(pointer));
            return null;
        }
        if (entry.IsDecommissioned && present?.Schema.Model != model)
        {
            errors.Add(GraphErrors.ModelDecommissioned.With(model).On(pointer));
            return null;
        }
        return entry.Schema;
    }

    private WriteReceipt ApplyPut(TwinId id, Twin? present, TwinSchema schema, List<CellAssignment> cells, in Actor actor, Timestamp now)
    {
        Writes.BeginGroup(actor, now);
        Twin twin = present is null ? Writes.BeginCreateTwin(id, schema) : Writes.BeginReplaceTwin(present, schema);
        return EndTwinWrite(twin, cells, isCreated: present is null);
    }

    private WriteReceipt ApplyPatch(Twin twin, TwinSchema schema, List<CellAssignment> cells, in Actor actor, Timestamp now)
    {
        bool changesModel = schema.Id != twin.Schema.Id;
        if (cells.Count == 0 && !changesModel)
        {
            return new WriteReceipt(twin.LastCommit, ETag.Of(twin), Created: false, twin.Key);
        }
        Writes.BeginGroup(actor, now);
        if (changesModel)
        {
            return EndTwinWrite(Writes.BeginChangeModel(twin, schema), cells, isCreated: false);
        }
        Writes.BeginUpdateTwin(twin);
        return EndTwinWrite(twin, cells, isCreated: false);
    }

    private WriteReceipt EndTwinWrite(Twin twin, List<CellAssignment> cells, bool isCreated)
    {
        foreach (CellAssignment cell in cells)
        {
            if (cell.IsCleared)
            {
                Writes.Clear(cell.Column);
            }
            else
            {
                Writes.Set(cell.Column, cell.Value);
            }
        }
        Writes.EndTwin();
        return new WriteReceipt(Writes.EndGroup(), ETag.Of(twin), isCreated, twin.Key);
    }
}
