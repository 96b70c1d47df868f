using Gemel.Bench.Reports;

namespace Gemel.Bench.Scenarios;

internal interface IScenario
{
    string Name { get; }

    string Description { get; }

    /// <exception cref="BenchException">The run does not count.</exception>
    Task<IReadOnlyList<ScenarioResult>> RunAsync(BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken);
}
