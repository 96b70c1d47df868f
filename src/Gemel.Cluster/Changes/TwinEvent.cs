using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Cluster;

public enum TwinEventKind
{
    TwinCreated,
    TwinUpdated,
    TwinDeleted,
    RelationshipCreated,
    RelationshipUpdated,
    RelationshipDeleted,
    Telemetry,
}

/// <summary>One committed change of a twin or relationship.</summary>
public sealed record TwinEvent
{
    public required TwinEventKind Kind { get; init; }

    public required TwinId Twin { get; init; }

    /// <summary>The twin's model at the change. Of telemetry the model that the twin has now, or had when it was deleted; of
    /// relationships the same of the source twin.</summary>
    public required ModelId Model { get; init; }

    public required ResumeToken Token { get; init; }

    /// <summary>Server time of the change.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>Who: <c>device:P1</c>, <c>key:admin</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>Values that the change set, late ones included; empty for relationships.</summary>
    public IReadOnlyList<ValueChange> Values { get; init; } = [];

    /// <summary>The twin as GET shows it after its creation or before its deletion, as UTF-8 JSON; empty for other kinds, and for a
    /// deletion that an earlier version of this program journaled.</summary>
    public ReadOnlyMemory<byte> Document { get; init; }

    /// <summary>The relationship after the change, or as it was before its deletion; null unless the kind is a relationship's.</summary>
    public RelationshipRecord? Relationship { get; init; }

    /// <summary>Null unless <see cref="Kind"/> is <see cref="TwinEventKind.Telemetry"/>.</summary>
    public TelemetryMessage? Telemetry { get; init; }
}

/// <summary>One value of an event.</summary>
/// <param name="Text">UTF-8 where <paramref name="Kind"/> is Text or Json; else empty.</param>
/// <param name="SourceTime">None where the value came without one.</param>
public readonly record struct ValueChange(
    Column Column,
    ValueKind Kind,
    long Bits,
    ReadOnlyMemory<byte> Text,
    Timestamp SourceTime,
    Quality Quality,
    string? Reason,
    CellFlags Flags);
