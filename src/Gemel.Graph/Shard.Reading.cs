using System.Diagnostics.CodeAnalysis;

namespace Gemel.Graph;

public sealed partial class Shard
{
    /// <summary>Tables of all schemas that ever had a twin here. Needs no gate.</summary>
    public IReadOnlyList<TwinTable> Tables => _store.Tables;

    /// <summary>Copies one twin as it was at a commit.</summary>
    /// <param name="atCommit">Not below what was released.</param>
    /// <param name="now">For what is added at reading: staleness, loss of the device.</param>
    /// <returns>False where no such twin lived then; the view is untouched.</returns>
    public bool TryRead(ReadOnlySpan<char> id, long atCommit, Timestamp now, TwinView view)
    {
        bool found = TryFind(id, atCommit, out Twin? twin);
        if (found)
        {
            _store.Read(twin!, atCommit, new Freshness(twin!, StartedAt, now, Options), view);
        }
        return found;
    }

    /// <summary>The form of a twin that a reader at a commit sees.</summary>
    public bool TryFind(ReadOnlySpan<char> id, long atCommit, [MaybeNullWhen(false)] out Twin twin)
    {
        twin = _store.Directory.Newest(id)?.At(atCommit);
        return twin is not null;
    }

    /// <summary>A relationship as it was at a commit; null where it was not.</summary>
    public RelationshipRecord? FindRelationship(ReadOnlySpan<char> sourceId, RelationshipId id, long atCommit) =>
        TryFind(sourceId, atCommit, out Twin? source) ? source.Adjacency?.FindOutgoing(id)?.At(atCommit) : null;

    /// <summary>The relationships that go out from a twin at a commit, in ordinal order of their ids.</summary>
    /// <param name="name">Only those of this name; null for all.</param>
    public IReadOnlyList<RelationshipRecord> Outgoing(Twin twin, long atCommit, string? name = null) =>
        [.. Living(twin.Adjacency?.Outgoing, atCommit)
            .Where(r => name is null || r.Name == name)
            .OrderBy(r => r.Id.Value, StringComparer.Ordinal)];

    /// <summary>The relationships that come in to a twin at a commit, in ordinal order of source and id.</summary>
    public IReadOnlyList<RelationshipRecord> Incoming(Twin twin, long atCommit) =>
        [.. Living(twin.Adjacency?.Incoming, atCommit)
            .Where(r => r.TargetKey == twin.Key)
            .OrderBy(r => r.SourceId.Value, StringComparer.Ordinal).ThenBy(r => r.Id.Value, StringComparer.Ordinal)];

    /// <summary>A living relationship goes out from or comes in to the twin, pending changes included.</summary>
    public bool HasRelationships(Twin twin) =>
        Living(twin.Adjacency?.Outgoing, PendingCommit).Any() || Living(twin.Adjacency?.Incoming, PendingCommit).Any(r => r.TargetKey == twin.Key);

    /// <summary>A cell of a living twin as it is now, pending changes included; quality as the sample had it.</summary>
    internal CellView Current(Twin twin, Modeling.Column column)
    {
        Chunk chunk = twin.Table.ChunkOfRow(twin.Row, out int offset);
        return Freshness.View(chunk.Cell(column.Number, offset), _store.Reasons);
    }

    private static IEnumerable<RelationshipRecord> Living(IEnumerable<RelationshipRecord>? newest, long atCommit)
    {
        foreach (RelationshipRecord record in newest ?? [])
        {
            if (record.At(atCommit) is { } version)
            {
                yield return version;
            }
        }
    }
}
