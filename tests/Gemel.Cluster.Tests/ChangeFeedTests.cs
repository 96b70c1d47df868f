using Gemel.Graph;
using Gemel.Journal;

namespace Gemel.Cluster.Tests;

public sealed class ChangeFeedTests
{
    [Fact]
    public async Task A_reader_that_resumes_anywhere_sees_every_event_once_and_in_order()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        for (int i = 0; i < 5; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(n => instance.PutPumpAsync($"p{n}", i)));
        }
        await instance.RelateAsync("p0", "r", "p1");
        List<TwinEvent> all = await ReadAsync(instance, new ChangeFilter(), new ResumeToken(0, 0), count: 21);
        Assert.Equal(all.Select(e => e.Token).Order(Comparer<ResumeToken>.Create(Compare)), all.Select(e => e.Token));
        Assert.Equal(TwinEventKind.RelationshipCreated, all[^1].Kind);

        for (int from = 0; from < all.Count - 1; from++)
        {
            List<TwinEvent> rest = await ReadAsync(instance, new ChangeFilter(), all[from].Token, all.Count - from - 1);
            Assert.Equal(all.Skip(from + 1).Select(e => e.Token), rest.Select(e => e.Token));
        }
    }

    [Fact]
    public async Task A_filter_takes_only_the_twins_asked_for()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await instance.PutPumpAsync("a1");
        await instance.PutPumpAsync("b1");
        await instance.PutPumpAsync("a2");
        List<TwinEvent> found = await ReadAsync(instance, new ChangeFilter(Prefix: "a"), new ResumeToken(0, 0), count: 2);
        Assert.Equal(["a1", "a2"], found.Select(e => e.Twin.Value));
        found = await ReadAsync(instance, new ChangeFilter(Twins: new HashSet<TwinId> { TwinId.Create("b1") }), new ResumeToken(0, 0), count: 1);
        Assert.Equal("b1", found[0].Twin.Value);
    }

    [Fact]
    public async Task The_events_of_a_twin_that_is_gone_still_name_it()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await instance.PutPumpAsync("p1", 1);
        await instance.PutPumpAsync("p1", 2);
        await instance.Instance.Twins.DeleteAsync(TwinId.Create("p1"), WriteCondition.None, TestInstance.Tester, TestInstance.Cancelled);
        await instance.PutPumpAsync("p2");
        List<TwinEvent> all = await ReadAsync(instance, new ChangeFilter(), new ResumeToken(0, 0), count: 4);
        Assert.Equal(["p1", "p1", "p1", "p2"], all.Select(e => e.Twin.Value));
        Assert.Equal(TwinEventKind.TwinDeleted, all[2].Kind);
    }

    [Fact]
    public async Task A_token_beyond_the_last_commit_is_refused_as_gone()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        GemelException gone = await Assert.ThrowsAsync<GemelException>(() =>
            ReadAsync(instance, new ChangeFilter(), new ResumeToken(instance.Instance.DurableCommit + 1, 0), count: 1));
        Assert.Equal(410, gone.Error.Code.Status);
    }

    [Fact]
    public async Task A_token_that_the_journal_has_dropped_is_refused_as_gone()
    {
        InstanceOptions trimming = new()
        {
            Journal = CommitLogOptions.Default with { SegmentBytes = 1024, TailBytes = 0 },
            CheckpointInterval = TimeSpan.FromMilliseconds(1),
            JournalRetention = TimeSpan.FromTicks(1),
            History = new() { HotAge = TimeSpan.FromMilliseconds(10) },
        };
        await using TestInstance instance = await TestInstance.StartAsync(trimming);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        GemelException? gone = null;
        for (int i = 0; gone is null; i++)
        {
            await instance.PutPumpAsync("p1", i);
            await timer.WaitForNextTickAsync(TestInstance.Cancelled);
            try
            {
                await ReadAsync(instance, new ChangeFilter(), new ResumeToken(1, 0), count: 1);
            }
            catch (GemelException refused)
            {
                gone = refused;
            }
        }
        Assert.Equal("GMC020", gone.Error.Code.Code);
    }

    private static async Task<List<TwinEvent>> ReadAsync(TestInstance instance, ChangeFilter filter, ResumeToken from, int count)
    {
        List<TwinEvent> events = [];
        await foreach (IReadOnlyList<TwinEvent> batch in instance.Instance.Changes.ReadAsync(filter, from, TestInstance.Cancelled))
        {
            events.AddRange(batch);
            if (events.Count >= count)
            {
                break;
            }
        }
        Assert.Equal(count, events.Count);
        return events;
    }

    private static int Compare(ResumeToken left, ResumeToken right) =>
        left.Commit != right.Commit ? left.Commit.CompareTo(right.Commit) : left.Index.CompareTo(right.Index);
}
