namespace Gemel.Bench.Soak;

/// <summary>How a quantity moved in the process that lived longest: a leak needs time in one process to show.</summary>
/// <param name="Before">Median of its second quarter: the first belongs to caches and compiled code.</param>
/// <param name="After">Median of its last quarter.</param>
/// <param name="Bound">Above it, the quantity grows.</param>
internal sealed record SoakGrowth(string Name, double Before, double After, double Bound)
{
    private const double Tolerance = 1.2;
    private const int LeastSamples = 16;
    private const double MiB = 1 << 20;

    // Slack: what a single collection, a merge of files or a worker thread more makes of a small number.
    private static readonly (string Name, Func<SoakSample, double> Of, double Slack)[] Quantities =
    [
        ("private memory, MiB", s => s.Private / MiB, 32),
        ("managed heap, MiB", s => s.Heap / MiB, 24),
        ("descriptors", s => s.Descriptors, 16),
        ("threads", s => s.Threads, 8),
        ("files", s => s.Files, 24),
        ("data folder, MiB", s => s.Bytes / MiB, 24),
        ("lag of history, commits", s => s.HistoryLag, 200),
    ];

    public bool IsGrowing => After > Bound;

    /// <returns>Empty where no process lived long enough.</returns>
    public static IReadOnlyList<SoakGrowth> Of(IReadOnlyList<SoakSample> samples)
    {
        SoakSample[] life = [.. samples.GroupBy(s => s.Process).OrderByDescending(g => g.Count()).FirstOrDefault() ?? Enumerable.Empty<SoakSample>()];
        return life.Length < LeastSamples ? [] : [.. Quantities.Select(q => Of(life, q.Name, q.Of, q.Slack))];
    }

    private static SoakGrowth Of(SoakSample[] life, string name, Func<SoakSample, double> of, double slack)
    {
        int quarter = life.Length / 4;
        double before = Median(life[quarter..(2 * quarter)].Select(of));
        return new SoakGrowth(name, before, Median(life[^quarter..].Select(of)), (before * Tolerance) + slack);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
