using System.Text;
using Gemel.Ingest;
using Gemel.Server.Replay;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Server.Tests.Replay;

public sealed class ReplaySourceTests
{
    private const string Mapping = """
        mapping: m
        version: 1
        time: { tag: t, format: unixSeconds }
        rules: [ { tag: v, twin: x, path: p } ]
        """;

    private const string Csv = "t,v\n1000,1\n1001,2\n1004,3\n";

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Now);

    [Fact]
    public async Task At_speed_two_gaps_last_half_as_long_as_recorded()
    {
        await using IAsyncEnumerator<ReplayMessage> messages = Start(new(2, ReplayTimes.Original, Loop: false, 1));
        Assert.True(await messages.MoveNextAsync());
        ValueTask<bool> second = messages.MoveNextAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await second);
        ValueTask<bool> third = messages.MoveNextAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(1499));
        Assert.False(third.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await third);
        Assert.False(await messages.MoveNextAsync());
    }

    [Fact]
    public async Task At_full_speed_nothing_waits_and_times_are_the_files()
    {
        List<string> payloads = await Take(new(double.PositiveInfinity, ReplayTimes.Original, Loop: false, 1), 10);
        Assert.Equal(
            [
                """{"$time":"1970-01-01T00:16:40.0000000Z","p":1}""",
                """{"$time":"1970-01-01T00:16:41.0000000Z","p":2}""",
                """{"$time":"1970-01-01T00:16:44.0000000Z","p":3}""",
            ],
            payloads);
    }

    [Fact]
    public async Task In_a_loop_each_pass_is_moved_on_by_the_span_and_one_interval()
    {
        List<string> payloads = await Take(new(double.PositiveInfinity, ReplayTimes.Original, Loop: true, 1), 7);
        Assert.Equal(
            ["16:40", "16:41", "16:44", "16:45", "16:46", "16:49", "16:50"],
            payloads.Select(p => p.Substring("""{"$time":"1970-01-01T00:""".Length, 5)));
    }

    [Fact]
    public async Task With_times_of_now_no_time_comes_twice()
    {
        List<string> payloads = await Take(new(double.PositiveInfinity, ReplayTimes.Now, Loop: false, 1), 10);
        Assert.Equal(
            ["08:00:00.0000000Z", "08:00:00.0000001Z", "08:00:00.0000002Z"],
            payloads.Select(p => p.Substring("""{"$time":"2026-03-01T""".Length, 17)));
    }

    private async Task<List<string>> Take(ReplayOptions options, int most)
    {
        var payloads = new List<string>();
        await using IAsyncEnumerator<ReplayMessage> messages = Start(options);
        while (payloads.Count < most && await messages.MoveNextAsync())
        {
            payloads.Add(Encoding.UTF8.GetString(messages.Current.Payload.Span));
        }
        return payloads;
    }

    private IAsyncEnumerator<ReplayMessage> Start(ReplayOptions options)
    {
        Mapping mapping = MappingReader.Read(Mapping, "m").Value;
        CsvSource Open() => CsvSource.Read(new MemoryStream(Encoding.UTF8.GetBytes(Csv)), mapping.Csv);
        using CsvSource probe = Open();
        RowPlan plan = RowPlan.Create(mapping, probe.Columns, "f.csv", "d").Value;
        return new ReplaySource(Open, plan, options, _clock).MessagesAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
    }
}
