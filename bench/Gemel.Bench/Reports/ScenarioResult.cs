using Gemel.Bench.Load;

namespace Gemel.Bench.Reports;

/// <param name="Unit">Of the rates, or of the latency that is compared.</param>
/// <param name="Ratio">Gemel's figure over the baseline's.</param>
/// <param name="Bar">The least ratio; where <paramref name="LowerIsBetter"/>, the greatest.</param>
/// <param name="Beside">Other figures worth seeing; not compared.</param>
internal sealed record ScenarioResult(
    string Scenario, string Unit, SideFigures Figures, SideFigures Baseline, double Ratio, double Bar, bool LowerIsBetter, IReadOnlyList<SideFigures> Beside)
{
    public bool IsReached => LowerIsBetter ? Ratio <= Bar : Ratio >= Bar;
}

/// <summary>How one server did.</summary>
/// <param name="Value">The figure that is compared, in the result's unit.</param>
/// <param name="Slices">The same of each round.</param>
/// <param name="CpuMicrosPerMessage">Of the server, its work in the background included; null where it was not the one to be measured.</param>
/// <param name="WrittenBytesPerSample">Sent to the disk.</param>
/// <param name="StoredBytesPerSample">In the data folder at the end.</param>
/// <param name="LatencyMicros">Medians of the rounds' percentiles.</param>
internal sealed record SideFigures(string Name, double Value, IReadOnlyList<double> Slices)
{
    public double? CpuMicrosPerMessage { get; init; }

    public double? WrittenBytesPerSample { get; init; }

    public double? StoredBytesPerSample { get; init; }

    public double? PeakMemoryMiB { get; init; }

    public Percentiles? LatencyMicros { get; init; }
}
