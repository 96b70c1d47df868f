using Gemel.Bench.Fleet;

namespace Gemel.Bench.Scenarios;

/// <summary>The scenarios, in the order in which they run.</summary>
internal static class AllScenarios
{
    private const int QoS1Window = 100;
    private const int GatewayWindow = 1000;

    public static readonly IReadOnlyList<IScenario> List =
    [
        new IngestScenario(
            "ingest-qos0", "messages/s of three numbers, 10,000 twins, 10 connections; baseline: MQTTnet on Kestrel that counts and throws away",
            Workload.TwinsName, Connections: 10, QoS: 0, Window: 0, CountsValues: false, Bar: 0.35, ShowsOneInFlight: false),
        new IngestScenario(
            "ingest-qos1", "acknowledged durable messages/s, 200 connections with 100 in flight; baseline: the same endpoint acknowledging at once",
            Workload.TwinsName, Connections: 200, QoS: 1, QoS1Window, CountsValues: false, Bar: 0.25, ShowsOneInFlight: false),
        new IngestScenario(
            "ingest-gateway", "durable values/s over one connection, 400 tags a message, 1,000 in flight; baseline: the same endpoint, same payloads",
            Workload.GatewayName, Connections: 1, QoS: 1, GatewayWindow, CountsValues: true, Bar: 0.35, ShowsOneInFlight: true),
        new BackupScenario(),
        new LatencyScenario(),
        new GetScenario(),
        new MemoryScenario(),
        new ModelsScenario(),
        new RecoveryScenario(),
        new GrowthScenario(),
        new PermissionScenario(),
        new StartScenario(),
    ];
}
