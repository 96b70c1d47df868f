using System.Text;
using Gemel.Modeling;

namespace Gemel.Graph.Tests.Writes;

/// <summary>A pump with a motor, its next version, and a tank.</summary>
internal static class TestModels
{
    public const string Pump = "dtmi:test:Pump;1";
    public const string NewPump = "dtmi:test:Pump;2";
    public const string Tank = "dtmi:test:Tank;1";

    private static readonly Timestamp Uploaded = new(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);

    private const string Motor = """
        {"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Motor;1","@type":"Interface","contents":[
          {"@type":"Property","name":"rpm","schema":"double"},
          {"@type":"Property","name":"label","schema":"string"},
          {"@type":"Telemetry","name":"vibration","schema":"double"}]}
        """;

    private const string Gear = """
        {"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Gear;1","@type":"Interface","contents":[
          {"@type":"Property","name":"teeth","schema":"integer"}]}
        """;

    private const string TankModel = """
        {"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Tank;1","@type":"Interface","contents":[
          {"@type":"Property","name":"volume","schema":"double"}]}
        """;

    private const string BigTank = """
        {"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:BigTank;1","@type":"Interface","extends":"dtmi:test:Tank;1"}
        """;

    private const string PumpModel = """
        {"@context":["dtmi:dtdl:context;3","dtmi:dtdl:extension:quantitativeTypes;1"],"@id":"dtmi:test:Pump;1","@type":"Interface","contents":[
          {"@type":["Property","Temperature"],"name":"temperature","schema":"double","unit":"degreeCelsius"},
          {"@type":"Property","name":"speed","schema":"integer"},
          {"@type":"Property","name":"serial","schema":"string"},
          {"@type":"Property","name":"on","schema":"boolean"},
          {"@type":"Property","name":"ratio","schema":"float"},
          {"@type":"Property","name":"count","schema":"long"},
          {"@type":"Property","name":"installed","schema":"dateTime"},
          {"@type":"Property","name":"mode","schema":{"@type":"Enum","valueSchema":"string","enumValues":[{"name":"Idle","enumValue":"idle"},{"name":"Run","enumValue":"run \"fast\""}]}},
          {"@type":"Property","name":"level","schema":{"@type":"Enum","valueSchema":"integer","enumValues":[{"name":"Low","enumValue":10},{"name":"High","enumValue":-20}]}},
          {"@type":"Property","name":"config","schema":{"@type":"Object","fields":[
            {"name":"x","schema":"double"},{"name":"name","schema":"string"},{"name":"list","schema":{"@type":"Array","elementSchema":"integer"}}]}},
          {"@type":"Property","name":"tags","schema":{"@type":"Map","mapKey":{"name":"key","schema":"string"},"mapValue":{"name":"value","schema":"string"}}},
          {"@type":"Property","name":"codes","schema":{"@type":"Array","elementSchema":"integer"}},
          {"@type":"Telemetry","name":"flow","schema":"double"},
          {"@type":"Telemetry","name":"message","schema":"string"},
          {"@type":"Component","name":"motor","schema":"dtmi:test:Motor;1"},
          {"@type":"Relationship","name":"feeds","target":"dtmi:test:Tank;1","properties":[
            {"@type":"Property","name":"pipe","schema":"double"},
            {"@type":"Property","name":"note","schema":{"@type":"Object","fields":[{"name":"text","schema":"string"}]}}]},
          {"@type":"Relationship","name":"near"},
          {"@type":"Command","name":"reset"}]}
        """;

    /// <summary>Without <c>speed</c>, with <c>serial</c> a number and <c>count</c> a double, with a gear besides the motor.</summary>
    private const string NewPumpModel = """
        {"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Pump;2","@type":"Interface","contents":[
          {"@type":"Property","name":"temperature","schema":"double"},
          {"@type":"Property","name":"serial","schema":"integer"},
          {"@type":"Property","name":"count","schema":"double"},
          {"@type":"Telemetry","name":"flow","schema":"double"},
          {"@type":"Component","name":"motor","schema":"dtmi:test:Motor;1"},
          {"@type":"Component","name":"gear","schema":"dtmi:test:Gear;1"}]}
        """;

    public static ModelSet All { get; } = Add(ModelSet.Empty, Motor, Gear, TankModel, BigTank, PumpModel, NewPumpModel);

    /// <summary>All models, the pump's deleted.</summary>
    public static ModelSet WithoutPump { get; } = All.Delete(new ModelId(Pump)).Value;

    /// <summary>All models, the pump's deleted and uploaded anew with <c>speed</c> a string.</summary>
    public static ModelSet PumpAnew { get; } = Add(WithoutPump, PumpModel.Replace("\"speed\",\"schema\":\"integer\"", "\"speed\",\"schema\":\"string\"", StringComparison.Ordinal));

    public static ModelSet PumpDecommissioned { get; } = All.Decommission(new ModelId(Pump), isDecommissioned: true).Value;

    private static ModelSet Add(ModelSet to, params string[] documents) =>
        to.Add([.. documents.Select((d, i) => new ModelDocument($"{i}", Encoding.UTF8.GetBytes(d)))], Uploaded).Value.Models;
}
