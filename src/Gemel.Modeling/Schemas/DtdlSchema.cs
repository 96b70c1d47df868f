using System.Collections.Immutable;

namespace Gemel.Modeling;

/// <summary>The schema of a value: DTDL v2 chapter "Schemas", v3 chapter "Schema types".</summary>
public abstract record DtdlSchema
{
    /// <summary>How values of this schema are held in a column.</summary>
    public abstract ValueKind Kind { get; }
}

/// <summary>The primitive schemas; the geospatial ones (RFC 7946 geometries) are held as JSON.</summary>
public enum PrimitiveType
{
    Boolean, Date, DateTime, Double, Duration, Float, Integer, Long, String, Time,
    Point, LineString, Polygon, MultiPoint, MultiLineString, MultiPolygon,
}

public sealed record PrimitiveSchema(PrimitiveType Type) : DtdlSchema
{
    public override ValueKind Kind => Type switch
    {
        PrimitiveType.Boolean => ValueKind.Boolean,
        PrimitiveType.Double => ValueKind.Double,
        PrimitiveType.Float => ValueKind.Single,
        PrimitiveType.Integer or PrimitiveType.Long => ValueKind.Integer,
        PrimitiveType.String or PrimitiveType.Date or PrimitiveType.DateTime or PrimitiveType.Duration or PrimitiveType.Time => ValueKind.Text,
        _ => ValueKind.Json,
    };
}

/// <param name="IsText">The enum's values are strings; else integers.</param>
/// <param name="Values">In the order of the model; the position is the ordinal that <see cref="ValueKind.Enum"/> holds.</param>
public sealed record EnumSchema(bool IsText, ImmutableArray<EnumMember> Values) : DtdlSchema
{
    public override ValueKind Kind => ValueKind.Enum;
}

/// <param name="Name">DTDL name.</param>
/// <param name="Text">The value where the enum is of strings, else its decimal digits.</param>
/// <param name="Number">The value where the enum is of integers, else 0.</param>
public sealed record EnumMember(string Name, string Text, long Number);

public sealed record ObjectSchema(ImmutableArray<ObjectField> Fields) : DtdlSchema
{
    public override ValueKind Kind => ValueKind.Json;
}

public sealed record ObjectField(string Name, DtdlSchema Schema);

/// <summary>A map from strings to values.</summary>
public sealed record MapSchema(string KeyName, string ValueName, DtdlSchema Value) : DtdlSchema
{
    public override ValueKind Kind => ValueKind.Json;
}

public sealed record ArraySchema(DtdlSchema Element) : DtdlSchema
{
    public override ValueKind Kind => ValueKind.Json;
}
