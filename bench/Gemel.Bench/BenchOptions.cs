namespace Gemel.Bench;

/// <param name="Seconds">How long each side is measured, all rounds together.</param>
/// <param name="Rounds">Slices into which that time is cut; the sides take turns.</param>
/// <param name="WarmUpSeconds">Load on each side before the first slice, not measured.</param>
/// <param name="MessagesPerSecond">Rate of the scenario <c>latency</c>; null takes a tenth of the peak, measured before.</param>
/// <param name="Server">The path of gemel.dll.</param>
/// <param name="Folder">Below which data folders are made; on the disk that is to be measured.</param>
internal sealed record BenchOptions(double Seconds, int Rounds, double WarmUpSeconds, double? MessagesPerSecond, string Server, string Folder)
{
    public double SliceSeconds => Seconds / Rounds;
}
