using System.Globalization;
using System.Text;

namespace Gemel.Bench.Soak;

/// <summary>Makes the summary and the plot of a soak from what it has written so far, and judges it.</summary>
internal static class SoakReport
{
    public const string SummaryFile = "summary.md";
    public const string PlotFile = "soak.svg";

    /// <returns>Whether nothing is wrong and nothing grows.</returns>
    public static bool Write(string folder)
    {
        IReadOnlyList<SoakSample> samples = SoakSample.Read(ReadLines(folder, SoakJournal.SamplesFile));
        IReadOnlyList<SoakEvent> events = SoakEvent.Read(ReadLines(folder, SoakJournal.EventsFile));
        IReadOnlyList<SoakGrowth> growth = SoakGrowth.Of(samples);
        File.WriteAllText(Path.Combine(folder, SummaryFile), Summary(samples, events, growth));
        File.WriteAllText(Path.Combine(folder, PlotFile), SoakPlot.Render(samples, events));
        return events.All(e => e.Kind != SoakEventKind.Failure) && growth.All(g => !g.IsGrowing);
    }

    private static string Summary(IReadOnlyList<SoakSample> samples, IReadOnlyList<SoakEvent> events, IReadOnlyList<SoakGrowth> growth)
    {
        StringBuilder text = new();
        if (samples.Count > 0)
        {
            SoakSample last = samples[^1];
            Line(text, $"{last.Time / 60:0} minutes, {samples.Count} samples, {last.Durable:0} commits, {last.Acknowledged:0} counted values acknowledged, {samples.Select(s => s.Process).Distinct().Count()} processes seen.");
            Line(text, $"Lag of history at most {samples.Max(s => s.HistoryLag):0} commits, {samples.Max(s => s.HistoryWaiting) / 1024:0} KiB.");
        }
        Line(text, $"\n| happened | times | median s | most s |\n|---|---|---|---|");
        foreach (IGrouping<SoakEventKind, SoakEvent> kind in events.GroupBy(e => e.Kind).OrderBy(g => g.Key))
        {
            double[] seconds = [.. kind.Select(e => e.Seconds).Order()];
            Line(text, $"| {kind.Key} | {seconds.Length} | {seconds[seconds.Length / 2]:0.00} | {seconds[^1]:0.00} |");
        }
        Line(text, $"\nThe process that lived longest, after its first quarter:\n\n| holds | second quarter | last quarter | may be | verdict |\n|---|---|---|---|---|");
        foreach (SoakGrowth one in growth)
        {
            Line(text, $"| {one.Name} | {one.Before:0.#} | {one.After:0.#} | {one.Bound:0.#} | {(one.IsGrowing ? "grows" : "steady")} |");
        }
        foreach (SoakEvent failure in events.Where(e => e.Kind == SoakEventKind.Failure))
        {
            Line(text, $"\nWrong at {failure.Time:0} s: {failure.Text}");
        }
        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    // Whoever soaks goes on writing meanwhile.
    private static IReadOnlyList<string> ReadLines(string folder, string file)
    {
        using FileStream stream = new(Path.Combine(folder, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(stream);
        List<string> lines = [];
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }
        return lines;
    }
}
