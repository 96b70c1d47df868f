using System.Collections.Immutable;
using System.Text;
using Gemel.Modeling;

namespace Gemel.Graph.Tests.Writes;

/// <summary>Schemas of a pump with a motor, and of a tank, made without the parser.</summary>
internal static class TestModels
{
    public static readonly ModelId PumpModel = new("dtmi:test:Pump;1");
    public static readonly ModelId NewPumpModel = new("dtmi:test:Pump;2");
    public static readonly ModelId MotorModel = new("dtmi:test:Motor;1");
    public static readonly ModelId TankModel = new("dtmi:test:Tank;1");

    public static readonly EnumSchema Mode = new(IsText: true, [new EnumMember("Idle", "idle", 0), new EnumMember("Run", "run", 0)]);

    public static readonly EnumSchema Level = new(IsText: false, [new EnumMember("Low", "10", 10), new EnumMember("High", "-20", -20)]);

    public static readonly ObjectSchema Config = new(
        [
            new ObjectField("x", Of(PrimitiveType.Double)),
            new ObjectField("name", Of(PrimitiveType.String)),
            new ObjectField("list", new ArraySchema(Of(PrimitiveType.Integer))),
        ]);

    public static TwinSchema Pump(int id = 1) => Schema(
        id,
        PumpModel,
        [
            Own("temperature", Of(PrimitiveType.Double), "degreeCelsius"),
            Own("speed", Of(PrimitiveType.Integer)),
            Own("serial", Of(PrimitiveType.String)),
            Own("on", Of(PrimitiveType.Boolean)),
            Own("ratio", Of(PrimitiveType.Float)),
            Own("count", Of(PrimitiveType.Long)),
            Own("mode", Mode),
            Own("level", Level),
            Own("config", Config),
            Own("tags", new MapSchema("key", "value", Of(PrimitiveType.String))),
            Own("codes", new ArraySchema(Of(PrimitiveType.Integer))),
            Measured("flow"),
        ],
        [("motor", MotorModel, [Own("rpm", Of(PrimitiveType.Double)), Own("label", Of(PrimitiveType.String)), Measured("vibration")])]);

    /// <summary>The pump without <c>speed</c>, with <c>serial</c> a number, with a gear.</summary>
    public static TwinSchema NewPump(int id = 2) => Schema(
        id,
        NewPumpModel,
        [Own("temperature", Of(PrimitiveType.Double)), Own("serial", Of(PrimitiveType.Integer)), Measured("flow")],
        [("motor", MotorModel, [Own("rpm", Of(PrimitiveType.Double))]), ("gear", new ModelId("dtmi:test:Gear;1"), [Own("teeth", Of(PrimitiveType.Integer))])]);

    public static TwinSchema Tank(int id = 3) => Schema(id, TankModel, [Own("volume", Of(PrimitiveType.Double))], []);

    private static PrimitiveSchema Of(PrimitiveType type) => new(type);

    private static Draft Own(string name, DtdlSchema schema, string? unit = null) => new(name, schema, ColumnRole.Property, unit);

    private static Draft Measured(string name) => new(name, Of(PrimitiveType.Double), ColumnRole.Telemetry, null);

    private static TwinSchema Schema(int id, ModelId model, Draft[] own, (string Name, ModelId Model, Draft[] Columns)[] components)
    {
        List<Column> columns = [];
        columns.AddRange(own.Select((d, i) => d.At(i, null)));
        List<ComponentSchema> parts = [];
        foreach ((string name, ModelId of, Draft[] drafts) in components)
        {
            Column[] made = [.. drafts.Select((d, i) => d.At(columns.Count + i, name))];
            columns.AddRange(made);
            parts.Add(new ComponentSchema(name, of, [.. made]));
        }
        return new TwinSchema(id, model, [.. columns], [.. parts])
        {
            Relationships =
            [
                new RelationshipSchema("feeds", TankModel, [new RelationshipProperty("pipe", Of(PrimitiveType.Double), true), new RelationshipProperty("config", Config, true)]),
                new RelationshipSchema("contains", null, []),
            ],
            Commands = [],
            Bases = [model],
        };
    }

    private sealed record Draft(string Name, DtdlSchema Schema, ColumnRole Role, string? Unit)
    {
        public Column At(int number, string? component) => new()
        {
            Number = number,
            Role = Role,
            Name = Name,
            Component = component,
            Schema = Schema,
            Unit = Unit,
            NameUtf8 = Encoding.UTF8.GetBytes(Name),
        };
    }
}
