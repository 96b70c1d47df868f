using System.Collections.Immutable;
using System.Text;
using Gemel.Modeling;

namespace Gemel.Graph.Tests;

/// <summary>Compiled schemas as <c>Gemel.Modeling</c> would make them.</summary>
internal static class TestSchemas
{
    private static readonly PrimitiveSchema Double = new(PrimitiveType.Double);
    private static readonly PrimitiveSchema Text = new(PrimitiveType.String);
    private static readonly ArraySchema Json = new(Double);

    public static TwinSchema Pump { get; } = Make(1, "dtmi:test:Pump;1",
        ("temperature", Double, ColumnRole.Property),
        ("pressure", Double, ColumnRole.Property),
        ("state", Text, ColumnRole.Property),
        ("curve", Json, ColumnRole.Property),
        ("vibration", Double, ColumnRole.Telemetry),
        ("log", Text, ColumnRole.Telemetry));

    /// <summary>Shares some columns with <see cref="Pump"/>, at other numbers, and has one of another kind.</summary>
    public static TwinSchema SmartPump { get; } = Make(2, "dtmi:test:Pump;2",
        ("power", Double, ColumnRole.Property),
        ("temperature", Double, ColumnRole.Property),
        ("pressure", Text, ColumnRole.Property),
        ("state", Text, ColumnRole.Property),
        ("vibration", Double, ColumnRole.Telemetry));

    public static TwinSchema Bare { get; } = Make(3, "dtmi:test:Bare;1");

    /// <summary>Telemetry <c>fast</c> every 2 s, <c>slow</c> every hour, and <c>other</c>, of which the model does not say it.</summary>
    public static TwinSchema Periodic { get; } = Of(4, "dtmi:test:Periodic;1",
        Telemetry(0, "fast", TimeSpan.FromSeconds(2)), Telemetry(1, "slow", TimeSpan.FromHours(1)), Telemetry(2, "other", interval: null));

    public static TwinSchema Find(int id) => id switch
    {
        1 => Pump,
        2 => SmartPump,
        3 => Bare,
        4 => Periodic,
        _ => throw new ArgumentOutOfRangeException(nameof(id)),
    };

    private static TwinSchema Make(int id, string model, params (string Name, DtdlSchema Schema, ColumnRole Role)[] columns) =>
        Of(id, model, [.. columns.Select((column, number) => MakeColumn(column, number, interval: null))]);

    private static TwinSchema Of(int id, string model, params Column[] columns) =>
        new(id, new ModelId(model), [.. columns], components: [])
        {
            Relationships = [],
            Commands = [],
            Bases = [new ModelId(model)],
        };

    private static Column Telemetry(int number, string name, TimeSpan? interval) => MakeColumn((name, Double, ColumnRole.Telemetry), number, interval);

    private static Column MakeColumn((string Name, DtdlSchema Schema, ColumnRole Role) column, int number, TimeSpan? interval) => new()
    {
        Number = number,
        Role = column.Role,
        Name = column.Name,
        Component = null,
        Schema = column.Schema,
        Interval = interval,
        NameUtf8 = Encoding.UTF8.GetBytes(column.Name),
    };
}
