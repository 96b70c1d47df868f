using System.Collections.Immutable;

namespace Gemel.Modeling;

public enum ColumnRole
{
    Property,
    Telemetry,
}

/// <summary>One typed column of a <see cref="TwinSchema"/>: a property, or the last value of a telemetry, of the interface
/// or of one of its components.</summary>
public sealed class Column
{
    /// <summary>Position in <see cref="TwinSchema.Columns"/>, from 0.</summary>
    public required int Number { get; init; }

    public required ColumnRole Role { get; init; }

    /// <summary>DTDL name of the property or telemetry.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the component it lies in; null for the interface's own.</summary>
    public required string? Component { get; init; }

    public required DtdlSchema Schema { get; init; }

    /// <summary>Name and component joined by a dot: the path that history, streams and mappings use.</summary>
    public string Path => Component is null ? Name : $"{Component}.{Name}";

    public ValueKind Kind => Schema.Kind;

    /// <summary>DTDL unit name (<c>degreeCelsius</c>); null where the model gives none.</summary>
    public string? Unit { get; init; }

    /// <summary>How often values should come (extension <c>dtmi:gemel:context;1</c>); null where the model does not say.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Semantic types (<c>Temperature</c>), without the DTDL ones.</summary>
    public ImmutableArray<string> SemanticTypes { get; init; } = [];

    /// <summary>The model says that the property can be written from the outside; false for telemetry.</summary>
    public bool IsWritable { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>UTF-8 of <see cref="Name"/>.</summary>
    public required byte[] NameUtf8 { get; init; }
}
