using System.Text;
using CsCheck;

namespace Gemel.History.Tests;

/// <summary>Whatever is appended, sealed, merged, lost and replayed: reads equal those of a plain list.</summary>
public sealed class StoreEqualsModelTests
{
    private static readonly string[] Paths = ["speed", "motor.temperature", "state"];

    private static readonly Gen<Row> AnyRow = Gen.Select(
        Gen.Int[0, 40], Gen.Int[0, 3], Gen.Int[0, 6], Gen.Int[0, 4], Gen.Int[0, 9],
        (second, value, shape, path, rare) => AnyShape(second * 1.5, value, shape) with
        {
            Path = Paths[Math.Min(path, 2)],
            Quality = shape == 5 ? Quality.Bad : rare == 1 ? Quality.Uncertain : Quality.Good,
            Reason = rare == 1 ? QualityNames.Clock : null,
            Claimed = rare == 1 ? TestStore.Start.Add(TimeSpan.FromDays(400)) : Timestamp.None,
            Flags = rare == 2 ? SampleFlags.Late | SampleFlags.Backfill : SampleFlags.None,
        });

    // A month apart now and then, so that one seal writes several files.
    private static Row AnyShape(double second, int value, int shape) => shape switch
    {
        4 => Row.String(second, value == 0 ? "" : $"open {value} é"),
        5 => new Row(TestStore.Start.Add(TimeSpan.FromSeconds(second)), ValueKind.None, 0),
        6 => Row.Number(second - 30 * 86_400, value),
        _ => Row.Number(second, value * 0.1),
    };

    private static readonly Gen<Step> AnyStep = Gen.Frequency(
        (8, AnyRow.List[0, 12].Select(rows => new Step(StepKind.Commit, rows))),
        (2, Gen.Const(new Step(StepKind.Seal, []))),
        (1, Gen.Const(new Step(StepKind.Compact, []))),
        (1, Gen.Const(new Step(StepKind.Crash, []))));

    private static readonly Gen<(Step[] Steps, int From, int To, int Limit, bool Descending, bool All, int AsOf)> AnyCase =
        Gen.Select(AnyStep.Array[1, 25], Gen.Int[-5, 70], Gen.Int[0, 70], Gen.Int[1, 20], Gen.Bool, Gen.Bool, Gen.Int[0, 30]);

    [Fact]
    public async Task Reads_equal_those_of_a_plain_list()
    {
        await AnyCase.SampleAsync(async one =>
        {
            await using var test = new TestStore(new HistoryOptions { HotRows = 30, RowGroupRows = 7, CompactionFanIn = 2, WaitingTables = 64 });
            HistoryModel model = await RunAsync(test, one.Steps);
            HistoryRequest request = TestStore.Request("", change: request => request with
            {
                From = TestStore.Start.Add(TimeSpan.FromSeconds(one.From)),
                To = TestStore.Start.Add(TimeSpan.FromSeconds(one.From + one.To)),
                Limit = one.Limit,
                IsDescending = one.Descending,
                IncludesAll = one.All,
                HasBoundary = true,
                Paths = Paths,
            });
            AssertRaw(test, model, request);
            AssertRaw(test, model, request with { AsOfCommit = one.AsOf });
            AssertPages(test, model, request);
            AssertBuckets(test, model, request);
        }, iter: 300, threads: 1);
    }

    private static async Task<HistoryModel> RunAsync(TestStore test, Step[] steps)
    {
        var model = new HistoryModel();
        List<List<Row>> journal = [];
        foreach (Step step in steps)
        {
            switch (step.Kind)
            {
                case StepKind.Commit:
                    // The model's unit changes on the way: from then on the path has two series.
                    List<Row> rows = [.. step.Rows.Select(row => row with { Unit = journal.Count < 6 ? null : "hertz" })];
                    journal.Add(rows);
                    model.Add(journal.Count, rows);
                    await test.CommitAsync(journal.Count, rows);
                    break;
                case StepKind.Seal:
                    await test.Store.SealAsync(TestStore.Cancellation);
                    Assert.Equal(journal.Count, test.Store.DurableCommit);
                    break;
                case StepKind.Compact:
                    await test.Store.CompactAsync(TestStore.Cancellation);
                    break;
                default:
                    await test.ReopenAsync();
                    await ReplayAsync(test, journal);
                    break;
            }
        }
        return model;
    }

    // From a little before the stored position: what the store holds must not count twice.
    private static async Task ReplayAsync(TestStore test, List<List<Row>> journal)
    {
        for (long commit = Math.Max(1, test.Store.DurableCommit - 1); commit <= journal.Count; commit++)
        {
            if (test.Store.BeginCommit(commit))
            {
                test.Append(journal[(int)commit - 1]);
                await test.Store.EndCommitAsync(TestStore.Cancellation);
            }
        }
    }

    private static void AssertRaw(TestStore test, HistoryModel model, HistoryRequest request)
    {
        foreach (HistorySeries series in test.Store.ReadRaw(request, TestStore.Cancellation))
        {
            (List<Row> points, Row? boundary) = model.Raw(request, series.Path);
            Assert.Equal(points.Select(Shown), series.Points.Select(Shown));
            Assert.Equal(boundary is null ? null : Shown(boundary), series.Boundary is { } found ? Shown(found) : null);
        }
    }

    private static void AssertPages(TestStore test, HistoryModel model, HistoryRequest request)
    {
        List<string> read = [];
        Dictionary<string, Timestamp>? after = null;
        do
        {
            HistorySeries page = test.Store.ReadRaw(request with { Paths = ["speed"], After = after }, TestStore.Cancellation)[0];
            read.AddRange(page.Points.Select(Shown));
            after = page.Next is { } next ? new() { ["speed"] = next } : null;
        }
        while (after is not null);
        Assert.Equal(model.Raw(request with { Limit = int.MaxValue }, "speed").Points.Select(Shown), read);
    }

    private static void AssertBuckets(TestStore test, HistoryModel model, HistoryRequest request)
    {
        var every = TimeSpan.FromSeconds(7);
        Timestamp now = Timestamp.From(test.Clock.GetUtcNow());
        foreach (BucketSeries series in test.Store.ReadBuckets(request, BucketPeriod.Of(every), BucketFunctions.All, TestStore.Cancellation))
        {
            var expected = model.Buckets(request, series.Path, every, now);
            Assert.Equal(expected.Select(bucket => (bucket.Start, bucket.Count)), series.Buckets.Select(bucket => (bucket.Start, bucket.Count)));
            foreach ((var wanted, HistoryBucket found) in expected.Zip(series.Buckets))
            {
                Assert.Equal(found.Sum is null ? 0 : wanted.Sum, found.Sum ?? 0, 1e-9);
                Assert.Equal(found.Min is null ? 0 : wanted.Min, found.Min ?? 0, 1e-9);
                Assert.Equal(found.TimeWeighted is null ? 0 : wanted.TimeWeighted, found.TimeWeighted ?? 0, 1e-9);
            }
        }
    }

    private static string Shown(Row row) =>
        $"{row.Time} {row.Kind} {row.Bits} '{row.Text}' {row.Quality} {row.Reason} {row.Unit} {row.Flags} {row.Claimed.Ticks}";

    private static string Shown(HistoryPoint point) =>
        $"{point.Time} {point.Value.Kind} {point.Value.Bits} '{Encoding.UTF8.GetString(point.Value.Text.Span)}' {point.Quality} {point.Reason} {point.Unit} {point.Flags} {point.ClaimedTime.Ticks}";

    private enum StepKind
    {
        Commit,
        Seal,
        Compact,
        Crash,
    }

    private sealed record Step(StepKind Kind, List<Row> Rows)
    {
        public override string ToString() => $"{Kind} {string.Join("; ", Rows.Select(row => row.Path[..2] + " " + Shown(row)))}";
    }
}
