namespace Gemel.History.Tests;

public sealed class BucketTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Time_weighting_counts_each_value_for_as_long_as_it_held()
    {
        // 10 for 45 s, then 30 for 15 s; 30 holds on into the second minute until 0 comes at its half.
        await using var test = await With(Row.Number(0, 10), Row.Number(45, 30), Row.Number(90, 0));
        IReadOnlyList<HistoryBucket> buckets = test.Buckets(Minute, change: To(120));
        Assert.Equal([15.0, 15.0], buckets.Select(bucket => bucket.TimeWeighted));
        Assert.Equal([20.0, 0.0], buckets.Select(bucket => bucket.Mean));
        Assert.Equal([2L, 1L], buckets.Select(bucket => bucket.Count));
    }

    [Fact]
    public async Task The_value_that_held_before_the_range_counts_from_its_start()
    {
        await using var test = await With(Row.Number(-3_600, 8), Row.Number(30, 4));
        HistoryBucket bucket = Assert.Single(test.Buckets(Minute, change: request => To(60)(request) with { From = TestStore.Start }));
        Assert.Equal((6.0, 4.0, 1L), (bucket.TimeWeighted, bucket.Mean, bucket.Count));
    }

    [Fact]
    public async Task Time_without_a_good_value_weighs_nothing()
    {
        // 10 for 20 s, bad for 20 s, 40 for 20 s: the mean is over the 40 s that were good.
        await using var test = await With(Row.Number(0, 10), Row.Number(20, 1_000) with { Quality = Quality.Bad }, Row.Number(40, 40));
        HistoryBucket bucket = Assert.Single(test.Buckets(Minute, change: To(60)));
        Assert.Equal((25.0, 2L, 40.0), (bucket.TimeWeighted, bucket.Count, bucket.Max));
    }

    [Fact]
    public async Task Uncertain_values_count_only_where_all_are_asked_for_and_bad_ones_never()
    {
        await using var test = await With(Row.Number(0, 1), Row.Number(10, 2) with { Quality = Quality.Uncertain }, Row.Number(20, 4) with { Quality = Quality.Bad });
        Assert.Equal(3.0, Assert.Single(test.Buckets(Minute)).Sum);
        Assert.Equal(1.0, Assert.Single(test.Buckets(Minute, change: request => request with { IncludesAll = false })).Sum);
    }

    [Fact]
    public async Task The_last_value_holds_until_now_and_not_into_the_future()
    {
        await using var test = await With();
        Timestamp now = Timestamp.From(test.Clock.GetUtcNow());
        await test.CommitAsync(2, Row.Number(0, 0) with { Time = now.Add(-TimeSpan.FromSeconds(30)) }, Row.Number(0, 10) with { Time = now.Add(-TimeSpan.FromSeconds(10)) });
        HistoryBucket bucket = Assert.Single(test.Buckets(TimeSpan.FromDays(1)));
        Assert.Equal(10 * 10 / 30.0, bucket.TimeWeighted!.Value, 1e-12);
    }

    [Fact]
    public async Task Buckets_start_at_multiples_of_their_length_since_1970_and_empty_ones_are_left_out()
    {
        await using var test = await With(Row.Number(61, 1), Row.Number(299, 2));
        Assert.Equal([1.0, 4.0], test.Buckets(Minute).Select(bucket => (bucket.Start - TestStore.Start).TotalMinutes));
        Assert.Equal([4.0, 1.0], test.Buckets(Minute, change: request => request with { IsDescending = true }).Select(bucket => (bucket.Start - TestStore.Start).TotalMinutes));
    }

    [Fact]
    public async Task Pages_of_buckets_join_without_gap_in_both_directions()
    {
        await using var test = await With([.. Enumerable.Range(0, 50).Select(i => Row.Number(i * 37, i))]);
        foreach (bool isDescending in (bool[])[false, true])
        {
            HistoryRequest whole = TestStore.Request("speed", request => To(1_850)(request) with { IsDescending = isDescending });
            List<HistoryBucket> joined = [];
            IReadOnlyDictionary<string, Timestamp>? after = null;
            do
            {
                BucketSeries page = Assert.Single(test.Store.ReadBuckets(whole with { Limit = 3, After = after }, BucketPeriod.Of(Minute), BucketFunctions.All, TestStore.Cancellation));
                joined.AddRange(page.Buckets);
                after = page.Next is { } next ? new Dictionary<string, Timestamp> { ["speed"] = next } : null;
            }
            while (after is not null);
            Assert.Equal(Assert.Single(test.Store.ReadBuckets(whole, BucketPeriod.Of(Minute), BucketFunctions.All, TestStore.Cancellation)).Buckets, joined);
        }
    }

    [Fact]
    public async Task Text_is_counted_and_shown_as_first_and_last_but_has_no_mean()
    {
        await using var test = await With(Row.String(0, "open"), Row.String(1, "shut"));
        HistoryBucket bucket = Assert.Single(test.Buckets(Minute));
        Assert.Equal((2L, null, null), (bucket.Count, bucket.Mean, bucket.TimeWeighted));
        Assert.Equal("shut"u8.ToArray(), bucket.Last!.Value.Text.ToArray());
    }

    [Fact]
    public async Task A_conversion_applies_to_the_unit_of_each_series()
    {
        await using var test = await With(Row.Number(0, 10) with { Unit = "degreeCelsius" }, Row.Number(1, 50) with { Unit = "degreeFahrenheit" });
        HistoryRequest Convert(HistoryRequest request) => request with { Conversion = (_, unit, value) => unit == "degreeFahrenheit" ? (value - 32) / 1.8 : value };
        Assert.Equal([10.0, 10.0], test.Read(change: Convert).Select(point => point.Value.Number));
        Assert.Equal(20.0, Assert.Single(test.Buckets(Minute, change: Convert)).Sum!.Value, 1e-12);
    }

    [Theory]
    [InlineData("PT1M", "2026-11-23T17:56:06Z", "2026-11-23T17:56:00Z", "2026-11-23T17:57:00Z")]
    [InlineData("P1D", "2026-11-23T17:56:06Z", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z")]
    [InlineData("P1W", "2026-11-23T17:56:06Z", "2026-11-19T00:00:00Z", "2026-11-26T00:00:00Z")]
    [InlineData("P1M", "2026-11-23T17:56:06Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData("P1Y", "2026-11-23T17:56:06Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("PT0.5S", "1969-12-31T23:59:59.7Z", "1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00Z")]
    public void Periods_are_aligned_to_1970(string period, string time, string start, string next)
    {
        BucketPeriod every = BucketPeriod.Parse(period).Value;
        Assert.True(Timestamp.TryParse(time, out Timestamp at));
        Assert.True(Timestamp.TryParse(start, out Timestamp expectedStart));
        Assert.True(Timestamp.TryParse(next, out Timestamp expectedNext));
        Assert.Equal((expectedStart, expectedNext), (every.StartOf(at), every.Next(every.StartOf(at))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1m")]
    [InlineData("PT0S")]
    [InlineData("PT0.0001S")]
    [InlineData("-PT1M")]
    [InlineData("P1Y2M")]
    [InlineData("P1M1D")]
    [InlineData("P99999999999M")]
    [InlineData("PT99999999999999H")]
    public void What_is_no_period_is_refused_with_its_text(string text)
    {
        GemelError error = Assert.Single(BucketPeriod.Parse(text).Errors);
        Assert.Equal("GMH008", error.Code.Code);
        Assert.Contains($"'{text}'", error.Message);
    }

    private static async Task<TestStore> With(params IReadOnlyList<Row> rows)
    {
        var test = new TestStore();
        await test.CommitAsync(1, rows);
        await test.Store.SealAsync(TestStore.Cancellation);
        return test;
    }

    private static Func<HistoryRequest, HistoryRequest> To(double seconds) => request => request with { To = TestStore.Start.Add(TimeSpan.FromSeconds(seconds)) };
}
