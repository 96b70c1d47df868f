using System.Text;
using Gemel.Modeling;

namespace Gemel.Ingest.Tests;

/// <summary>A pump with one property of each kind.</summary>
internal static class TestModels
{
    public static Timestamp Uploaded { get; } = new(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);

    public static ModelSet Set { get; } = ModelSet.Empty.Add([Document(Motor), Document(Pump("Pump", "double")), Document(Pump("SmartPump", "integer"))], Uploaded).Value.Models;

    private const string Motor = """
        {"@context":["dtmi:dtdl:context;3","dtmi:dtdl:extension:quantitativeTypes;1"],"@id":"dtmi:test:Motor;1","@type":"Interface","contents":[
          {"@type":["Property","AngularVelocity"],"name":"speed","schema":"double","unit":"revolutionPerMinute"},
          {"@type":"Property","name":"hours","schema":"long"}]}
        """;

    private static string Pump(string name, string temperature) => $$$"""
        {"@context":["dtmi:dtdl:context;3","dtmi:dtdl:extension:quantitativeTypes;1"],"@id":"dtmi:test:{{{name}}};1","@type":"Interface","contents":[
          {"@type":["Property","Temperature"],"name":"temperature","schema":"{{{temperature}}}","unit":"degreeCelsius"},
          {"@type":"Property","name":"pressure","schema":"double"},
          {"@type":"Property","name":"count","schema":"integer"},
          {"@type":["Property","Temperature"],"name":"rounded","schema":"integer","unit":"degreeCelsius"},
          {"@type":"Property","name":"total","schema":"long"},
          {"@type":"Property","name":"ratio","schema":"float"},
          {"@type":"Property","name":"running","schema":"boolean"},
          {"@type":"Property","name":"note","schema":"string"},
          {"@type":"Property","name":"since","schema":"dateTime"},
          {"@type":"Property","name":"state","schema":{"@type":"Enum","valueSchema":"string","enumValues":[
            {"name":"closed","enumValue":"C"},{"name":"open","enumValue":"O"}]}},
          {"@type":"Property","name":"mode","schema":{"@type":"Enum","valueSchema":"integer","enumValues":[
            {"name":"off","enumValue":0},{"name":"automatic","enumValue":2}]}},
          {"@type":"Property","name":"curve","schema":{"@type":"Array","elementSchema":"double"}},
          {"@type":"Telemetry","name":"vibration","schema":"double"},
          {"@type":"Component","name":"motor","schema":"dtmi:test:Motor;1"}]}
        """;

    private static ModelDocument Document(string json) => new(null, Encoding.UTF8.GetBytes(json));
}
