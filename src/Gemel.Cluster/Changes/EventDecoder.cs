using System.Text;
using Gemel.Graph;
using Gemel.Journal;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>Makes events from the bytes of a commit.</summary>
/// <remarks>An event's number within its commit is its place among all changes of that commit, whatever the filter, so that
/// a resume token means the same to every reader. Threading: safe for concurrent callers.</remarks>
internal sealed class EventDecoder(Func<Catalog> catalog, TwinNames names)
{
    public List<TwinEvent> Decode(CommitRecord record, ChangeFilter filter, ResumeToken after)
    {
        List<TwinEvent> events = [];
        ChangeReader reader = new(record.Payload.Span);
        int index = 0;
        while (reader.NextGroup())
        {
            string actor = Encoding.UTF8.GetString(reader.ActorUtf8);
            for (; reader.NextChange(); index++)
            {
                ResumeToken token = new(record.Commit, index);
                if (record.Commit == after.Commit && index <= after.Index)
                {
                    continue;
                }
                TwinEvent? found = reader.Kind switch
                {
                    ChangeKind.Twin => Decode(reader.Twin, filter, token, actor),
                    ChangeKind.Relationship => Decode(reader.Relationship, filter, token, actor),
                    ChangeKind.Telemetry => Decode(reader.Telemetry, filter, token, actor),
                    _ => null,
                };
                if (found is not null)
                {
                    events.Add(found);
                }
            }
        }
        return events;
    }

    private TwinEvent? Decode(in TwinChange change, ChangeFilter filter, ResumeToken token, string actor)
    {
        if (!catalog().Models.TryGetSchema(change.SchemaId, out TwinSchema? schema))
        {
            throw new GemelException(ClusterErrors.ForeignCommit.With(token.Commit, $"it names the schema {change.SchemaId}, which no model has"));
        }
        TwinId id = change.IdUtf8.IsEmpty ? Name(change.Key, token) : TwinId.Create(Encoding.UTF8.GetString(change.IdUtf8));
        if (!filter.Takes(id, schema))
        {
            return null;
        }
        return new TwinEvent
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
        };
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

    private TwinEvent? Decode(in RelationshipChange change, ChangeFilter filter, ResumeToken token, string actor)
    {
        TwinId source = TwinId.Create(Encoding.UTF8.GetString(change.SourceIdUtf8));
        TwinSchema? schema = names.FindSchema(change.SourceKey);
        if (!filter.Takes(source, schema))
        {
            return null;
        }
        return new TwinEvent
        {
            Kind = change.Action == RelationshipAction.Remove ? TwinEventKind.RelationshipDeleted
                : change.Version == 1 ? TwinEventKind.RelationshipCreated
                : TwinEventKind.RelationshipUpdated,
            Twin = source,
            Model = schema?.Model ?? default,
            Token = token,
            Time = change.ServerTime,
            Actor = actor,
            Relationship = new RelationshipRecord
            {
                Id = RelationshipId.Create(Encoding.UTF8.GetString(change.RelationshipIdUtf8)),
                Name = Encoding.UTF8.GetString(change.NameUtf8),
                SourceId = source,
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

    private TwinEvent? Decode(in TelemetryEvent change, ChangeFilter filter, ResumeToken token, string actor)
    {
        TwinId id = Name(change.Key, token);
        TwinSchema? schema = names.FindSchema(change.Key);
        if (!filter.Takes(id, schema))
        {
            return null;
        }
        return new TwinEvent
        {
            Kind = TwinEventKind.Telemetry,
            Twin = id,
            Model = schema?.Model ?? default,
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

    private TwinId Name(TwinKey key, ResumeToken token) =>
        names.Find(key) ?? throw new GemelException(ClusterErrors.ForeignCommit.With(token.Commit, $"it names the twin {key}, which was never created"));
}
