using System.Globalization;
using Gemel.Bench.Filling;
using Gemel.Bench.Fleet;
using Gemel.Bench.Reports;
using Gemel.Bench.Servers;

namespace Gemel.Bench.Scenarios;

/// <summary>Private bytes a twin beyond an empty server, of many models with few twins each. Needs a file of models: NDJSON (gzip), one
/// <c>{"model":…}</c> a line, named by the environment variable <c>GEMEL_BENCH_MODELS</c>.</summary>
/// <remarks>The data itself: of each twin its id and 24 bytes (value, source time, server time) for each column that is set, and the JSON text
/// of all models.</remarks>
internal sealed class ModelsScenario : IScenario
{
    public const string FileVariable = "GEMEL_BENCH_MODELS";

    private const double Bar = 4;
    private const int TwinsPerModel = 10;

    public string Name => "models";

    public string Description => $"private bytes a twin, ten twins of each of many models (file of {FileVariable}); baseline: the data itself";

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(BenchOptions options, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { Length: > 0 } file)
        {
            progress.Report($"{Name}: left out, {FileVariable} names no file of models");
            return [];
        }
        LargeFleet nothing = new(10, 10);
        string empty = Path.Combine(options.Folder, $"{Name}-empty");
        await Filler.RunAsync(new FillOrder(empty, nothing, CreatesTwins: true, nothing.Twins, KeepsTail: false), cancellationToken).ConfigureAwait(false);
        string folder = Path.Combine(options.Folder, Name);
        FillResult filled = await Filler.RunAsync(new FillOrder(folder, nothing, CreatesTwins: false, 0, KeepsTail: false, file, TwinsPerModel), cancellationToken).ConfigureAwait(false);
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"{Name}: filled with {filled.Twins:N0} twins"));
        MemoryFigures before = await MeasureAsync(empty, nothing, options, cancellationToken).ConfigureAwait(false);
        MemoryFigures after = await MeasureAsync(folder, nothing, options, cancellationToken).ConfigureAwait(false);
        double data = (double)filled.DataBytes / filled.Twins;
        double bytes = (double)(after.PrivateBytes - before.PrivateBytes) / filled.Twins;
        double managed = (double)(after.ManagedBytes - before.ManagedBytes) / filled.Twins;
        return
        [
            new ScenarioResult(
                Name, "B a twin", new SideFigures("gemel", bytes, [bytes]), new SideFigures("data", data, [data]), bytes / data, Bar,
                LowerIsBetter: true, [new SideFigures("of it managed", managed, [managed])]),
        ];
    }

    private static async Task<MemoryFigures> MeasureAsync(string folder, LargeFleet fleet, BenchOptions options, CancellationToken cancellationToken)
    {
        await using GemelServer gemel = await GemelServer.StartFilledAsync(options.Server, folder, new LargeWorkload(fleet, connections: 1), cancellationToken).ConfigureAwait(false);
        return await gemel.CollectAsync(cancellationToken).ConfigureAwait(false);
    }
}
