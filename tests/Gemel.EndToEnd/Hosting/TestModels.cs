namespace Gemel.EndToEnd.Hosting;

/// <summary>Models with one of everything that the contract speaks of.</summary>
internal static class TestModels
{
    public const string Pump = "dtmi:gemel:tests:Pump;1";
    public const string Station = "dtmi:gemel:tests:Station;1";

    public static string All => $"[{MotorDocument},{PumpDocument},{StationDocument}]";

    private const string MotorDocument = """
        {"@context":["dtmi:dtdl:context;3","dtmi:dtdl:extension:quantitativeTypes;1"],"@id":"dtmi:gemel:tests:Motor;1","@type":"Interface","contents":[
          {"@type":["Property","Temperature"],"name":"temperature","schema":"double","unit":"degreeCelsius"},
          {"@type":["Telemetry","Power"],"name":"power","schema":"double","unit":"watt"}]}
        """;

    private const string PumpDocument = """
        {"@context":["dtmi:dtdl:context;3","dtmi:dtdl:extension:quantitativeTypes;1"],"@id":"dtmi:gemel:tests:Pump;1","@type":"Interface","contents":[
          {"@type":["Property","VolumeFlowRate"],"name":"flow","schema":"double","unit":"litrePerMinute"},
          {"@type":["Property","Pressure"],"name":"pressure","schema":"double","unit":"bar"},
          {"@type":"Property","name":"ratio","schema":"float"},
          {"@type":"Property","name":"count","schema":"integer"},
          {"@type":"Property","name":"total","schema":"long"},
          {"@type":"Property","name":"running","schema":"boolean"},
          {"@type":"Property","name":"serial","schema":"string"},
          {"@type":"Property","name":"state","schema":{"@type":"Enum","valueSchema":"string","enumValues":[
            {"name":"open","enumValue":"open"},{"name":"closed","enumValue":"closed"}]}},
          {"@type":["Telemetry","Acceleration"],"name":"vibration","schema":"double","unit":"gForce"},
          {"@type":"Component","name":"motor","schema":"dtmi:gemel:tests:Motor;1"},
          {"@type":"Relationship","name":"feeds","target":"dtmi:gemel:tests:Pump;1","properties":[{"@type":"Property","name":"length","schema":"double"}]}]}
        """;

    private const string StationDocument = """
        {"@context":"dtmi:dtdl:context;3","@id":"dtmi:gemel:tests:Station;1","@type":"Interface","contents":[
          {"@type":"Property","name":"name","schema":"string"},
          {"@type":"Relationship","name":"contains","target":"dtmi:gemel:tests:Pump;1"}]}
        """;
}
