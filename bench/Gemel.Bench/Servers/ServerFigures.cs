using System.Globalization;

namespace Gemel.Bench.Servers;

/// <summary>What the benchmark reads of Gemel's metrics.</summary>
/// <param name="Rows">Samples that history holds, in memory and in files.</param>
/// <param name="Rejections">Messages of which something was not taken.</param>
internal readonly record struct ServerFigures(long Rows, long Rejections)
{
    /// <param name="metrics">In Prometheus' text form.</param>
    public static ServerFigures Parse(string metrics) => new(Sum(metrics, "gemel_history_rows"), Sum(metrics, "gemel_rejections_total"));

    private static long Sum(string metrics, string name)
    {
        string[] lines = [.. metrics.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))];
        return lines.Length > 0
            ? (long)lines.Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"The metrics do not show '{name}'.");
    }
}
