namespace Gemel.History;

/// <summary>Which lifecycle records to read; what is null or absent does not restrict.</summary>
public sealed record LifecycleRequest
{
    public LifecycleSubject? Subject { get; init; }

    public string? Id { get; init; }

    /// <summary>The twin's life, or the source's of a relationship.</summary>
    public TwinKey? Key { get; init; }

    /// <summary>First commit, inclusive.</summary>
    public long FromCommit { get; init; }

    /// <summary>Last commit, inclusive.</summary>
    public long ToCommit { get; init; } = long.MaxValue;
}
