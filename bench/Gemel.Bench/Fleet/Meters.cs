using System.Globalization;

namespace Gemel.Bench.Fleet;

/// <summary>The twins that every scenario works on: meters of three numbers.</summary>
internal static class Meters
{
    public const int Count = 10_000;
    public const string IdPrefix = "meter-";
    public const string ModelId = "dtmi:gemel:bench:Meter;1";

    public const string Model =
        """
        [{"@context":"dtmi:dtdl:context;3","@id":"dtmi:gemel:bench:Meter;1","@type":"Interface","contents":[
          {"@type":"Property","name":"flow","schema":"double"},
          {"@type":"Property","name":"pressure","schema":"double"},
          {"@type":"Property","name":"temperature","schema":"double"}]}]
        """;

    public const string Mapping =
        """
        mapping: bench
        version: 1
        rules:
          - { pattern: "M{meter}.flow", twin: "meter-{meter}", path: flow }
          - { pattern: "M{meter}.pressure", twin: "meter-{meter}", path: pressure }
          - { pattern: "M{meter}.temperature", twin: "meter-{meter}", path: temperature }
        """;

    public const string MappingName = "bench";
    public const string GatewayId = "bench-gateway";

    public static readonly IReadOnlyList<string> Properties = ["flow", "pressure", "temperature"];

    public static string Id(int meter) => IdPrefix + Number(meter);

    /// <summary>The five digits by which ids and tags name a meter.</summary>
    public static string Number(int meter) => meter.ToString("D5", CultureInfo.InvariantCulture);
}
