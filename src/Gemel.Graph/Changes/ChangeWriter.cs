using System.Text;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>The primitives by which decided writes change a shard: each applies at once, leaves undo and a journal entry, and
/// cannot fail on anything but a bug of its caller.</summary>
/// <remarks>
/// Use: <see cref="BeginGroup"/>; then any number of twin changes (a <c>Begin…Twin</c>, <see cref="Set"/> and <see cref="Clear"/>,
/// <see cref="EndTwin"/>), removals, relationships, telemetry; <see cref="EndGroup"/>. All under the shard's gate.
/// </remarks>
internal sealed class ChangeWriter(TwinStore store, ChangeEncoder encoder, ServerClock clock, KeySequence keys)
{
    private Timestamp _now;
    private long _groupTime;
    private long _server;
    private RowEdit _edit;

    /// <summary>Opens a group of changes of one actor.</summary>
    public void BeginGroup(in Actor actor, Timestamp now)
    {
        _now = now;
        _groupTime = Math.Max(now.Ticks, clock.Last + 1);
        encoder.BeginGroup(actor, new Timestamp(_groupTime));
    }

    /// <summary>Closes the group.</summary>
    /// <returns>The commit it belongs to.</returns>
    public long EndGroup()
    {
        encoder.EndGroup();
        return store.PendingCommit;
    }

    /// <summary>Begins a new life under that id, which no living twin has.</summary>
    public Twin BeginCreateTwin(TwinId id, TwinSchema schema)
    {
        Twin twin = store.Create(id, keys.Next(id), schema);
        Begin(twin, TwinAction.Create, Encoding.UTF8.GetBytes(id.Value));
        return twin;
    }

    /// <summary>Begins a change of some cells.</summary>
    public void BeginUpdateTwin(Twin twin) => Begin(twin, TwinAction.Update, idUtf8: default);

    /// <summary>Begins a replacement: all properties are cleared, those set after it stay; telemetry stays too.</summary>
    /// <returns>The twin's form from here on, another one where the schema differs.</returns>
    public Twin BeginReplaceTwin(Twin twin, TwinSchema schema)
    {
        bool sameSchema = schema.Id == twin.Schema.Id;
        Twin form = sameSchema ? twin : store.ChangeSchema(twin, schema, propertiesToo: false);
        Begin(form, TwinAction.Replace, idUtf8: default);
        if (sameSchema)
        {
            store.ClearProperties(ref _edit, _server);
        }
        return form;
    }

    /// <summary>Begins a change of the model: see <see cref="SchemaCarry"/> for what stays.</summary>
    /// <returns>The twin's form from here on.</returns>
    public Twin BeginChangeModel(Twin twin, TwinSchema schema)
    {
        Twin form = store.ChangeSchema(twin, schema, propertiesToo: true);
        Begin(form, TwinAction.Model, idUtf8: default);
        return form;
    }

    /// <summary>Sets a cell of the open twin change.</summary>
    public void Set(Column column, in CellValue value)
    {
        CellFlags flags = CellFlags.Written | (value.Source.IsNone ? CellFlags.NoSource : CellFlags.None);
        var cell = new IncomingCell(value.Bits, value.Text, value.Quality, store.Reasons.Code(value.Reason), flags, value.Source.Ticks);
        store.Put(ref _edit, column.Number, cell, _server);
        encoder.Cell(column.Number, value.Bits, value.Text, value.Quality, store.Reasons.Utf8(cell.Reason), flags, value.Source.Ticks, claimed: 0);
    }

    /// <summary>Removes a property of the open twin change.</summary>
    public void Clear(Column column)
    {
        const CellFlags Flags = CellFlags.Written | CellFlags.NoSource | CellFlags.Cleared;
        store.Put(ref _edit, column.Number, new IncomingCell(0, null, Quality.Good, ReasonTable.None, Flags, 0), _server);
        encoder.Cell(column.Number, 0, Quality.Good, Flags, source: 0);
    }

    /// <summary>Ends the open twin change.</summary>
    public void EndTwin()
    {
        encoder.EndTwin();
        store.CompleteEdit(_edit, _server);
        _edit = default;
    }

    /// <summary>Ends the life of a twin, which has no relationships any more.</summary>
    /// <param name="document">The twin as GET shows it before.</param>
    public void RemoveTwin(Twin twin, ReadOnlySpan<byte> document)
    {
        encoder.BeginTwin(twin.Key, twin.Schema.Id, TwinAction.Delete, default, NextOffset(), source: 0, roomForCells: 0);
        encoder.Document(document);
        encoder.EndTwin();
        store.End(twin);
    }

    /// <summary>Puts a relationship anew or over the living one of that id at the source, which has the same target.</summary>
    /// <param name="targetShard">The shard of the target, which may be the same one; its gate is held too.</param>
    /// <param name="properties">A compact JSON object in UTF-8, kept; empty where there are none.</param>
    public RelationshipRecord PutRelationship(Twin source, RelationshipId id, string name, Twin target, Shard targetShard, ReadOnlyMemory<byte> properties)
    {
        RelationshipRecord? previous = source.Adjacency?.FindOutgoing(id);
        uint offset = NextOffset();
        var record = new RelationshipRecord
        {
            Id = id,
            SourceId = source.Id,
            TargetId = target.Id,
            SourceKey = source.Key,
            TargetKey = target.Key,
            Name = name,
            Properties = properties,
            Version = previous is null ? 1 : previous.Version + 1,
            LastUpdate = new Timestamp(_server),
            SinceCommit = store.PendingCommit,
            Previous = previous,
        };
        encoder.Relationship(RelationshipAction.Put, record, offset);
        store.PutRelationship(source, record, outgoing: true);
        targetShard.Store.PutRelationship(target, record, outgoing: false);
        return record;
    }

    /// <summary>Removes a living relationship.</summary>
    public void RemoveRelationship(Twin source, RelationshipRecord record, Twin target, Shard targetShard)
    {
        encoder.Relationship(RelationshipAction.Remove, record, NextOffset());
        store.RemoveRelationship(source, record);
        targetShard.Store.RemoveRelationship(target, record);
    }

    /// <summary>Adds telemetry as it was sent; its last values are cells set beside it.</summary>
    public void Telemetry(Twin twin, in TelemetryMessage message) => encoder.Telemetry(twin.Key, message, NextOffset());

    private void Begin(Twin twin, TwinAction action, ReadOnlySpan<byte> idUtf8)
    {
        encoder.BeginTwin(twin.Key, twin.Schema.Id, action, idUtf8, NextOffset(), source: 0, roomForCells: 0);
        _edit = store.BeginEdit(twin);
        _edit.IsShown = action != TwinAction.Update;
    }

    private uint NextOffset()
    {
        _server = clock.Next(_now);
        return (uint)(_server - _groupTime);
    }
}
