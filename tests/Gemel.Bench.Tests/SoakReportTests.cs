using System.Xml.Linq;
using Gemel.Bench.Soak;

namespace Gemel.Bench.Tests;

public sealed class SoakReportTests : IDisposable
{
    private const double MiB = 1 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("gemel-bench-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_that_loses_nothing_and_stays_as_it_is_is_well()
    {
        Write(events: [new SoakEvent(30, SoakEventKind.Kill, 0, "")], memory: _ => 200);
        Assert.True(SoakReport.Write(_folder));
    }

    [Fact]
    public void One_failure_is_too_many()
    {
        Write(events: [new SoakEvent(30, SoakEventKind.Failure, 0, "counter-1: 3 acknowledged but lost (7, 8, 9…)")], memory: _ => 200);
        Assert.False(SoakReport.Write(_folder));
        Assert.Contains("counter-1: 3 acknowledged but lost (7, 8, 9…)", File.ReadAllText(Path.Combine(_folder, SoakReport.SummaryFile)), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_grows_steadily_in_the_longest_life_is_a_leak()
    {
        Write(events: [], memory: sample => 200 + (4 * sample));
        Assert.False(SoakReport.Write(_folder));
        Assert.Contains("| private memory, MiB | 348 | 548 |", File.ReadAllText(Path.Combine(_folder, SoakReport.SummaryFile)), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_of_short_lives_is_not_judged()
    {
        SoakSample[] samples = [.. Enumerable.Range(0, 100).Select(i => Sample(i, process: i < 60 ? 1 : 2 + (i / 10), i < 60 ? 200 : 2_000))];
        Assert.All(SoakGrowth.Of(samples), one => Assert.False(one.IsGrowing));
    }

    [Fact]
    public void The_plot_is_a_drawing_of_every_process()
    {
        Write(events: [new SoakEvent(30, SoakEventKind.Backup, 1, "")], memory: _ => 200);
        SoakReport.Write(_folder);
        XDocument plot = XDocument.Load(Path.Combine(_folder, SoakReport.PlotFile));
        Assert.Contains(plot.Descendants(), element => element.Name.LocalName == "polyline" && element.Attribute("points")!.Value.Contains(' ', StringComparison.Ordinal));
    }

    [Fact]
    public void Samples_and_events_are_read_as_they_were_written()
    {
        SoakSample sample = Sample(7, process: 4711, memory: 200);
        Assert.Equal(sample, Assert.Single(SoakSample.Read([SoakSample.Header, sample.Row(), "8,47"])));
        SoakEvent happened = new(7.5, SoakEventKind.Failure, 0.25, "text, with commas");
        Assert.Equal(happened, Assert.Single(SoakEvent.Read([SoakEvent.Header, happened.Row()])));
    }

    private void Write(SoakEvent[] events, Func<int, double> memory)
    {
        IEnumerable<SoakSample> samples = Enumerable.Range(0, 100).Select(i => Sample(i, process: 1, memory(i)));
        File.WriteAllLines(Path.Combine(_folder, SoakJournal.SamplesFile), [SoakSample.Header, .. samples.Select(s => s.Row())]);
        File.WriteAllLines(Path.Combine(_folder, SoakJournal.EventsFile), [SoakEvent.Header, .. events.Select(e => e.Row())]);
    }

    private static SoakSample Sample(double time, int process, double memory) => new(
        time, process, time, memory * MiB, memory * MiB, 0, 20, 300, 3, 0, 4, 0, 5, 0, 5, 0, 0, 0, 0, 0, time * 10, time * 100, 100, 1, time * 50, time);
}
