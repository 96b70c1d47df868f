using System.Globalization;

namespace Gemel.Bench.Soak;

/// <summary>A scrape in Prometheus' text form.</summary>
internal sealed class MetricsText(string text)
{
    private readonly string[] _lines = text.Split('\n');

    /// <summary>The sum over all series of a metric whose labels contain a text.</summary>
    /// <returns>Null where there is none.</returns>
    public double? Sum(string name, string label = "")
    {
        double[] values = [.. _lines.Where(line => IsOf(line, name) && line.Contains(label, StringComparison.Ordinal)).Select(ValueOf)];
        return values.Length == 0 ? null : values.Sum();
    }

    private static bool IsOf(string line, string name) => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is '{' or ' ';

    // name{labels} value [time in milliseconds]
    private static double ValueOf(string line)
    {
        int labels = line.LastIndexOf('}');
        string[] parts = (labels < 0 ? line[line.IndexOf(' ', StringComparison.Ordinal)..] : line[(labels + 1)..]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return double.Parse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
