using System.Collections.Immutable;

namespace Gemel.Modeling;

/// <summary>One uploaded DTDL interface.</summary>
public sealed record ModelEntry
{
    public required ModelId Id { get; init; }

    /// <summary>The interface's JSON as uploaded (one object, compact UTF-8).</summary>
    public required ReadOnlyMemory<byte> Document { get; init; }

    public required Timestamp UploadTime { get; init; }

    public bool IsDecommissioned { get; init; }

    /// <summary>Language to text; empty where the model has none. A plain string is language <c>en</c>.</summary>
    public required ImmutableSortedDictionary<string, string> DisplayName { get; init; }

    public required ImmutableSortedDictionary<string, string> Description { get; init; }

    /// <summary>Interfaces that this one extends directly.</summary>
    public required ImmutableArray<ModelId> Extends { get; init; }

    /// <summary>Interfaces that this one uses as components.</summary>
    public required ImmutableArray<ModelId> ComponentModels { get; init; }

    public required TwinSchema Schema { get; init; }
}
