namespace Gemel.Http.Tests;

/// <summary>Models and bodies that many tests use.</summary>
internal static class Samples
{
    public const string PumpModel = "dtmi:example:Pump;1";
    public const string MotorModel = "dtmi:example:Motor;1";

    public const string Models = """
        [
          {"@context":"dtmi:dtdl:context;3","@id":"dtmi:example:Asset;1","@type":"Interface","contents":[
            {"@type":"Property","name":"name","schema":"string","writable":true}]},
          {"@context":"dtmi:dtdl:context;3","@id":"dtmi:example:Motor;1","@type":"Interface","contents":[
            {"@type":"Property","name":"speed","schema":"double","writable":true},
            {"@type":"Telemetry","name":"temperature","schema":"double"}]},
          {"@context":"dtmi:dtdl:context;3","@id":"dtmi:example:Pump;1","@type":"Interface","displayName":"Pump","description":{"de":"Eine Pumpe"},
           "extends":"dtmi:example:Asset;1","contents":[
            {"@type":"Property","name":"level","schema":"integer","writable":true},
            {"@type":"Telemetry","name":"flow","schema":"double"},
            {"@type":"Component","name":"motor","schema":"dtmi:example:Motor;1"},
            {"@type":"Relationship","name":"feeds","properties":[{"@type":"Property","name":"length","schema":"double","writable":true}]}]}
        ]
        """;

    public const string Pump = """{"$metadata":{"$model":"dtmi:example:Pump;1"},"name":"Feed pump","level":3,"motor":{"speed":1480}}""";

    public const string Feeds = """{"$relationshipName":"feeds","$targetId":"p2","length":10.5}""";
}
