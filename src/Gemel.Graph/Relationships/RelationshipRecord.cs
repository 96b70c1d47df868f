namespace Gemel.Graph;

/// <summary>One version of a relationship. Immutable but for the ends that only the shard moves: a change makes a new
/// record that points to the one before, kept while a snapshot or a rollback may need it.</summary>
public sealed class RelationshipRecord
{
    public required RelationshipId Id { get; init; }

    public required TwinId SourceId { get; init; }

    public required TwinId TargetId { get; init; }

    public required TwinKey SourceKey { get; init; }

    public required TwinKey TargetKey { get; init; }

    /// <summary>The DTDL name of the relationship.</summary>
    public required string Name { get; init; }

    /// <summary>A compact JSON object in UTF-8; empty where it has no properties.</summary>
    public required ReadOnlyMemory<byte> Properties { get; init; }

    /// <summary>Counts the changes of this relationship, from 1; the base of its ETag.</summary>
    public required uint Version { get; init; }

    public required Timestamp LastUpdate { get; init; }

    /// <summary>The commit that made this version.</summary>
    public required long SinceCommit { get; init; }

    /// <summary>The commit that removed the relationship; 0 while it lives.</summary>
    public long EndedCommit { get; internal set; }

    internal RelationshipRecord? Previous { get; set; }

    /// <summary>The version that a reader at <paramref name="commit"/> sees, this one or an earlier one; null where the
    /// relationship did not exist then.</summary>
    internal RelationshipRecord? At(long commit)
    {
        RelationshipRecord? version = this;
        while (version is not null && version.SinceCommit > commit)
        {
            version = version.Previous;
        }
        return version is null || (version.EndedCommit != 0 && version.EndedCommit <= commit) ? null : version;
    }
}
