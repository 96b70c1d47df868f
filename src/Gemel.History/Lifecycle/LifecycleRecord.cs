namespace Gemel.History;

/// <summary>What kind of thing a lifecycle record is about. The names are part of the stored format.</summary>
public enum LifecycleSubject : byte
{
    Twin = 0,
    Relationship = 1,
    Model = 2,
}

/// <summary>What happened to it. The names are part of the stored format.</summary>
public enum LifecycleAction : byte
{
    Created = 0,
    Replaced = 1,
    Updated = 2,
    Deleted = 3,
}

/// <summary>One step in the life of a twin, a relationship or a model.</summary>
public sealed record LifecycleRecord
{
    public required Timestamp Time { get; init; }

    public required LifecycleSubject Subject { get; init; }

    public required LifecycleAction Action { get; init; }

    /// <summary>Id of the twin, the relationship (unique within its source) or the model.</summary>
    public required string Id { get; init; }

    /// <summary>The life of the twin; of the source twin for a relationship; none for a model.</summary>
    public TwinKey Key { get; init; }

    /// <summary>The twin's model; null for relationships and models.</summary>
    public string? Model { get; init; }

    /// <summary>Source twin of a relationship.</summary>
    public string? Source { get; init; }

    /// <summary>Target twin of a relationship.</summary>
    public string? Target { get; init; }

    /// <summary>Name of a relationship.</summary>
    public string? Name { get; init; }

    /// <summary>The document after the change as compact JSON; null where none is kept (deletion).</summary>
    public string? Document { get; init; }

    /// <summary>Set by the store from the open commit.</summary>
    public long Commit { get; init; }
}
