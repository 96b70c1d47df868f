using System.Buffers;
using System.Text;
using Gemel.Graph;
using Gemel.Journal;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>Makes events from the bytes of a commit.</summary>
/// <remarks>An event's number within its commit is its place among all changes of that commit, whatever the filter, so that
/// a resume token means the same to every reader. Threading: safe for concurrent callers.</remarks>
internal sealed class EventDecoder(Func<Catalog> catalog, TwinNames names, uint epoch)
{
    /// <returns>Null where the commit names a twin that nothing knows: it is gone, and history has not taken its creation yet.</returns>
    public List<TwinEvent>? Decode(CommitRecord record, ChangeFilter filter, ResumeToken after)
    {
        List<TwinEvent> events = [];
        ChangeReader reader = new(record.Payload.Span);
        int index = 0;
        while (reader.NextGroup())
        {
            string actor = Encoding.UTF8.GetString(reader.ActorUtf8);
            for (; reader.NextChange(); index++)
            {
                ResumeToken token = new(record.Commit, index, epoch);
                if (record.Commit == after.Commit && index <= after.Index)
                {
                    continue;
                }
                if (!TryDecode(reader, filter, token, actor, out TwinEvent? found))
                {
                    return null;
                }
                if (found is not null)
                {
                    events.Add(found);
                }
            }
        }
        return events;
    }

    /// <param name="found">Null where the filter does not take it.</param>
    /// <returns>False where the change names a twin that nothing knows.</returns>
    private bool TryDecode(in ChangeReader reader, ChangeFilter filter, ResumeToken token, string actor, out TwinEvent? found)
    {
        found = null;
        switch (reader.Kind)
        {
            case ChangeKind.Twin:
                return TryDecode(reader.Twin, filter, token, actor, out found);
            case ChangeKind.Relationship when names.Find(reader.Relationship.SourceKey) is { } source:
                found = Decode(reader.Relationship, source, filter, token, actor);
                return true;
            case ChangeKind.Telemetry when names.Find(reader.Telemetry.Key) is { } twin:
                found = Decode(reader.Telemetry, twin, filter, token, actor);
                return true;
            default:
                return reader.Kind is not (ChangeKind.Relationship or ChangeKind.Telemetry);
        }
    }

    private bool TryDecode(in TwinChange change, ChangeFilter filter, ResumeToken token, string actor, out TwinEvent? found)
    {
        found = null;
        if (!catalog().Models.TryGetSchema(change.SchemaId, out TwinSchema? schema))
        {
            throw new GemelException(ClusterErrors.ForeignCommit.With(token.Commit, $"it names the schema {change.SchemaId}, which no model has"));
        }
        if ((change.IdUtf8.IsEmpty ? names.Find(change.Key)?.Id : TwinId.Create(Encoding.UTF8.GetString(change.IdUtf8))) is not { } id)
        {
            return false;
        }
        found = filter.Takes(id, schema) ? Decode(change, id, schema, token, actor) : null;
        return true;
    }

    private static TwinEvent Decode(in TwinChange change, TwinId id, TwinSchema schema, ResumeToken token, string actor) => new()
    {
        Kind = change.Action switch
        {
            TwinAction.Create => TwinEventKind.TwinCreated,
            TwinAction.Delete => TwinEventKind.TwinDeleted,
            _ => TwinEventKind.TwinUpdated,
        },
        Twin = id,
        Model = schema.Model,
        Token = token,
        Time = change.ServerTime,
        Actor = actor,
        Values = Values(change, schema),
        Document = Document(change, id, schema, token.Commit),
    };

    private static ReadOnlyMemory<byte> Document(in TwinChange change, TwinId id, TwinSchema schema, long commit)
    {
        if (change.Action != TwinAction.Create)
        {
            return change.Document.ToArray();
        }
        ArrayBufferWriter<byte> json = new();
        TwinJson.Write(TwinView.Of(change, id, schema, commit), json, TwinJsonOptions.Current);
        return json.WrittenMemory;
    }

    private static List<ValueChange> Values(in TwinChange change, TwinSchema schema)
    {
        List<ValueChange> values = [];
        foreach (ChangedCell cell in change)
        {
            Column column = schema.Columns[cell.Column];
            values.Add(new ValueChange(
                column,
                cell.HasValue ? column.Kind : ValueKind.None,
                cell.Bits,
                cell.Text.IsEmpty ? default : cell.Text.ToArray(),
                cell.Source,
                cell.Quality,
                cell.ReasonUtf8.IsEmpty ? null : Encoding.UTF8.GetString(cell.ReasonUtf8),
                cell.Flags));
        }
        return values;
    }

    private TwinEvent? Decode(in RelationshipChange change, NamedTwin source, ChangeFilter filter, ResumeToken token, string actor)
    {
        if (!filter.Takes(source.Id, SchemaOf(source)))
        {
            return null;
        }
        return new TwinEvent
        {
            Kind = change.Action == RelationshipAction.Remove ? TwinEventKind.RelationshipDeleted
                : change.Version == 1 ? TwinEventKind.RelationshipCreated
                : TwinEventKind.RelationshipUpdated,
            Twin = source.Id,
            Model = source.Model,
            Token = token,
            Time = change.ServerTime,
            Actor = actor,
            Relationship = new RelationshipRecord
            {
                Id = RelationshipId.Create(Encoding.UTF8.GetString(change.RelationshipIdUtf8)),
                Name = Encoding.UTF8.GetString(change.NameUtf8),
                SourceId = source.Id,
                SourceKey = change.SourceKey,
                TargetId = TwinId.Create(Encoding.UTF8.GetString(change.TargetIdUtf8)),
                TargetKey = change.TargetKey,
                Properties = change.Properties.ToArray(),
                Version = change.Version,
                LastUpdate = change.ServerTime,
                SinceCommit = token.Commit,
            },
        };
    }

    private TwinEvent? Decode(in TelemetryEvent change, NamedTwin twin, ChangeFilter filter, ResumeToken token, string actor)
    {
        if (!filter.Takes(twin.Id, SchemaOf(twin)))
        {
            return null;
        }
        return new TwinEvent
        {
            Kind = TwinEventKind.Telemetry,
            Twin = twin.Id,
            Model = twin.Model,
            Token = token,
            Time = change.ServerTime,
            Actor = actor,
            Telemetry = new TelemetryMessage(
                change.ComponentUtf8.IsEmpty ? null : Encoding.UTF8.GetString(change.ComponentUtf8),
                Encoding.UTF8.GetString(change.MessageIdUtf8),
                change.Source,
                change.Payload.ToArray(),
                Encoding.UTF8.GetString(change.ContentTypeUtf8)),
        };
    }

    private TwinSchema? SchemaOf(NamedTwin twin) => twin.Schema ?? catalog().Models.FindLastSchema(twin.Model);
}
