using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>The fixed pieces of the JSON of a schema's twins, made once: quoted names, enum values, the model.</summary>
internal sealed class TwinJsonLayout
{
    private static readonly ConditionalWeakTable<TwinSchema, TwinJsonLayout> Cache = [];

    private readonly PropertyLayout[] _columns;

    private TwinJsonLayout(TwinSchema schema)
    {
        PropertyLayout[] columns = _columns = [.. schema.Columns.Select(c => new PropertyLayout(c))];
        ModelJson = JsonText.Quote(schema.Model.Value);
        Root = new ComponentLayout(null, columns);
        Components = [.. schema.Components.Select(c => new ComponentLayout(c.Name, columns))];
        TextColumns = [.. schema.Columns.Where(c => c.Kind is ValueKind.Text or ValueKind.Json).Select(c => c.Number)];
        // Per column, with room to spare: a number, quotes and commas, and two objects with names, two times, quality.
        const int perColumn = JsonSpanWriter.MaxNumberLength + 256;
        const int perComponent = 128;
        const int perTwin = 256;
        FixedLength = perTwin + ModelJson.Length + Components.Sum(c => perComponent + (2 * c.NameJson.Length))
            + columns.Sum(c => perColumn + (3 * c.NameJson.Length) + c.UnitJson.Length + c.EnumJson.Select(e => e.Length).DefaultIfEmpty().Max());
    }

    /// <summary>The model's id with quotes.</summary>
    public byte[] ModelJson { get; }

    public ComponentLayout Root { get; }

    public ImmutableArray<ComponentLayout> Components { get; }

    /// <summary>Numbers of the columns whose values are of no fixed length.</summary>
    public ImmutableArray<int> TextColumns { get; }

    /// <summary>No twin's JSON is longer without its id, texts, and reasons.</summary>
    public int FixedLength { get; }

    public PropertyLayout PropertyOf(Column column) => _columns[column.Number];

    public static TwinJsonLayout Of(TwinSchema schema) =>
        Cache.TryGetValue(schema, out TwinJsonLayout? layout) ? layout : Cache.GetValue(schema, static s => new TwinJsonLayout(s));
}

/// <summary>The interface's own columns, or a component's.</summary>
internal sealed class ComponentLayout
{
    public ComponentLayout(string? name, PropertyLayout[] columns)
    {
        NameJson = name is null ? [] : [.. JsonText.Quote(name), (byte)':'];
        Properties = [.. columns.Where(c => c.Column.Component == name && c.Column.Role == ColumnRole.Property)];
        Telemetry = [.. columns.Where(c => c.Column.Component == name && c.Column.Role == ColumnRole.Telemetry)];
    }

    /// <summary><c>"name":</c>; empty for the interface itself.</summary>
    public byte[] NameJson { get; }

    public PropertyLayout[] Properties { get; }

    public PropertyLayout[] Telemetry { get; }
}

/// <summary>One column.</summary>
internal sealed class PropertyLayout(Column column)
{
    public Column Column { get; } = column;

    public int Number { get; } = column.Number;

    public ValueKind Kind { get; } = column.Kind;

    /// <summary><c>"name":</c>.</summary>
    public byte[] NameJson { get; } = [.. JsonText.Quote(column.Name), (byte)':'];

    /// <summary><c>"name":{"lastUpdateTime":"</c>.</summary>
    public byte[] MetadataJson { get; } = [.. JsonText.Quote(column.Name), .. ":{\"lastUpdateTime\":\""u8];

    /// <summary>The unit with quotes; empty where there is none.</summary>
    public byte[] UnitJson { get; } = column.Unit is null ? [] : JsonText.Quote(column.Unit);

    /// <summary>The enum's values as JSON, by ordinal; empty where the column is of another kind.</summary>
    public byte[][] EnumJson { get; } = column.Schema is EnumSchema { } schema ? [.. schema.Values.Select(v => EnumValue(schema, v))] : [];

    private static byte[] EnumValue(EnumSchema schema, EnumMember member) =>
        schema.IsText ? JsonText.Quote(member.Text) : System.Text.Encoding.UTF8.GetBytes(member.Text);
}
