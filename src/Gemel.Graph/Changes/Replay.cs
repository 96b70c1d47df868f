using System.Text;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>Applies journaled commits to the shards, exactly as they were decided: nothing is checked or decided again.</summary>
/// <remarks>The bytes of the shards follow one another within a commit, so a relationship may stand before the creation of its
/// target, or after its deletion. Hence relationships come second; within a commit their twins stay findable, dead or not.</remarks>
public static class Replay
{
    /// <summary>Applies one commit. After the last one every shard needs <see cref="Shard.CompleteReplay"/>.</summary>
    /// <param name="payload">A whole message <c>gemel.v1.Commit</c>.</param>
    /// <exception cref="InvalidDataException">The payload is damaged, or names a twin or schema that was never there.</exception>
    public static void Apply(ReadOnlySpan<byte> payload, long commit, ReplayContext context)
    {
        ApplyTwins(new ChangeReader(payload), commit, context, only: null);
        if (ScopeOf(payload).HasFlag(ReplayScope.Relationships))
        {
            ApplyRelationships(new ChangeReader(payload), commit, context);
        }
    }

    /// <summary>Applies what a commit of scope <see cref="ReplayScope.Twins"/> has for one shard. Other shards may take theirs at the same time.</summary>
    /// <inheritdoc cref="Apply(ReadOnlySpan{byte}, long, ReplayContext)"/>
    public static void ApplyTo(Shard shard, ReadOnlySpan<byte> payload, long commit, ReplayContext context) =>
        ApplyTwins(new ChangeReader(payload), commit, context, shard);

    /// <summary>What a commit touches, without reading more of it than the frames.</summary>
    /// <inheritdoc cref="Apply(ReadOnlySpan{byte}, long, ReplayContext)"/>
    public static ReplayScope ScopeOf(ReadOnlySpan<byte> payload)
    {
        ReplayScope scope = ReplayScope.Twins;
        ChangeReader reader = new(payload);
        while (reader.NextGroup())
        {
            scope |= reader.Catalog.IsEmpty ? ReplayScope.Twins : ReplayScope.Catalog;
            while (reader.NextChange())
            {
                scope |= reader.Kind == ChangeKind.Relationship ? ReplayScope.Relationships : ReplayScope.Twins;
            }
        }
        return scope;
    }

    private static void ApplyTwins(ChangeReader reader, long commit, ReplayContext context, Shard? only)
    {
        while (reader.NextGroup())
        {
            while (reader.NextChange())
            {
                if (only is not null && context.ShardOf(reader.Key.Slot) != only)
                {
                    continue;
                }
                switch (reader.Kind)
                {
                    case ChangeKind.Twin:
                        Apply(reader.Twin, commit, context);
                        break;
                    case ChangeKind.Telemetry:
                        TelemetryEvent telemetry = reader.Telemetry;
                        ShardAt(context, telemetry.Key, commit).Clock.Saw(telemetry.ServerTime.Ticks);
                        break;
                }
            }
        }
    }

    private static void ApplyRelationships(ChangeReader reader, long commit, ReplayContext context)
    {
        while (reader.NextGroup())
        {
            while (reader.NextChange())
            {
                if (reader.Kind == ChangeKind.Relationship)
                {
                    Apply(reader.Relationship, commit, context);
                }
            }
        }
    }

    private static void Apply(in TwinChange change, long commit, ReplayContext context)
    {
        Shard shard = ShardAt(context, change.Key, commit);
        TwinStore store = shard.Store;
        shard.Clock.Saw(change.ServerTime.Ticks);
        Twin twin = change.Action == TwinAction.Create ? Create(change, shard, context) : Find(store, change.Key);
        if (change.Action == TwinAction.Delete)
        {
            store.End(twin);
            return;
        }
        bool schemaChanges = change.SchemaId != twin.Schema.Id;
        if (schemaChanges)
        {
            twin = store.ChangeSchema(twin, SchemaOf(context, change.SchemaId), propertiesToo: change.Action == TwinAction.Model);
        }
        RowEdit edit = store.BeginEdit(twin);
        edit.IsShown = change.Action != TwinAction.Update;
        if (change.Action == TwinAction.Replace && !schemaChanges)
        {
            store.ClearProperties(ref edit, change.ServerTime.Ticks);
        }
        ApplyCells(change, store, ref edit);
        if (change.Action != TwinAction.Update || store.Undo.Cells.End > edit.FirstCell)
        {
            store.CompleteEdit(edit, change.ServerTime.Ticks);
        }
    }

    private static void ApplyCells(in TwinChange change, TwinStore store, ref RowEdit edit)
    {
        foreach (ChangedCell cell in change)
        {
            if (!cell.SetsState)
            {
                continue;
            }
            if (cell.Column >= edit.Twin.Schema.Columns.Length)
            {
                throw new InvalidDataException($"Column {cell.Column} is not in schema {change.SchemaId} of twin {change.Key}.");
            }
            byte[]? text = edit.Twin.Table.IsManaged(cell.Column) && cell.HasValue ? cell.Text.ToArray() : null;
            ushort reason = cell.ReasonUtf8.IsEmpty ? ReasonTable.None : store.Reasons.Code(cell.ReasonUtf8);
            store.Put(ref edit, cell.Column, new IncomingCell(cell.Bits, text, cell.Quality, reason, cell.Flags, cell.Source.Ticks), change.ServerTime.Ticks);
        }
    }

    private static Twin Create(in TwinChange change, Shard shard, ReplayContext context)
    {
        shard.Keys.Saw(change.Key);
        return shard.Store.Create(TwinId.Create(Encoding.UTF8.GetString(change.IdUtf8)), change.Key, SchemaOf(context, change.SchemaId));
    }

    private static void Apply(in RelationshipChange change, long commit, ReplayContext context)
    {
        Shard sourceShard = ShardAt(context, change.SourceKey, commit);
        Shard targetShard = ShardAt(context, change.TargetKey, commit);
        sourceShard.Clock.Saw(change.ServerTime.Ticks);
        Twin source = Find(sourceShard.Store, change.SourceKey);
        Twin target = Find(targetShard.Store, change.TargetKey);
        var id = RelationshipId.Create(Encoding.UTF8.GetString(change.RelationshipIdUtf8));
        RelationshipRecord? previous = source.Adjacency?.FindOutgoing(id);
        if (change.Action == RelationshipAction.Remove)
        {
            RelationshipRecord removed = previous ?? throw new InvalidDataException($"The relationship '{id}' of twin {change.SourceKey} is removed but never was put.");
            sourceShard.Store.RemoveRelationship(source, removed);
            targetShard.Store.RemoveRelationship(target, removed);
            return;
        }
        var record = new RelationshipRecord
        {
            Id = id,
            SourceId = source.Id,
            TargetId = target.Id,
            SourceKey = source.Key,
            TargetKey = target.Key,
            Name = Encoding.UTF8.GetString(change.NameUtf8),
            Properties = change.Properties.ToArray(),
            Version = change.Version,
            LastUpdate = change.ServerTime,
            SinceCommit = commit,
            Previous = previous,
        };
        sourceShard.Store.PutRelationship(source, record, outgoing: true);
        targetShard.Store.PutRelationship(target, record, outgoing: false);
    }

    private static Shard ShardAt(ReplayContext context, TwinKey key, long commit)
    {
        Shard shard = context.ShardOf(key.Slot);
        shard.MoveTo(commit);
        return shard;
    }

    private static Twin Find(TwinStore store, TwinKey key) =>
        store.Directory.Newest(key) ?? throw new InvalidDataException($"The journal changes twin {key}, which does not exist at that commit.");

    private static TwinSchema SchemaOf(ReplayContext context, int id) =>
        context.SchemaOf(id) ?? throw new InvalidDataException($"The journal names schema {id}, which no model ever had.");
}
