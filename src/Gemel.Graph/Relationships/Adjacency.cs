namespace Gemel.Graph;

/// <summary>The relationships of one twin, both ways: the newest version of each, removed ones included until released.</summary>
internal sealed class Adjacency
{
    private Dictionary<string, RelationshipRecord>? _outgoing;
    private Dictionary<(ulong Source, string Id), RelationshipRecord>? _incoming;

    public IEnumerable<RelationshipRecord> Outgoing => _outgoing?.Values ?? Enumerable.Empty<RelationshipRecord>();

    public IEnumerable<RelationshipRecord> Incoming => _incoming?.Values ?? Enumerable.Empty<RelationshipRecord>();

    public RelationshipRecord? FindOutgoing(RelationshipId id) => _outgoing?.GetValueOrDefault(id.Value);

    /// <summary>Makes a version the newest one at its source (<paramref name="outgoing"/>) or target.</summary>
    public void Put(RelationshipRecord record, bool outgoing)
    {
        if (outgoing)
        {
            (_outgoing ??= new(StringComparer.Ordinal))[record.Id.Value] = record;
        }
        else
        {
            (_incoming ??= [])[IncomingKey(record)] = record;
        }
    }

    /// <summary>Takes a version away if it is the newest one.</summary>
    public void Remove(RelationshipRecord record, bool outgoing)
    {
        if (outgoing)
        {
            if (ReferenceEquals(FindOutgoing(record.Id), record))
            {
                _outgoing!.Remove(record.Id.Value);
            }
        }
        else if (_incoming is not null && ReferenceEquals(_incoming.GetValueOrDefault(IncomingKey(record)), record))
        {
            _incoming.Remove(IncomingKey(record));
        }
    }

    private static (ulong Source, string Id) IncomingKey(RelationshipRecord record) => (record.SourceKey.Value, record.Id.Value);
}
