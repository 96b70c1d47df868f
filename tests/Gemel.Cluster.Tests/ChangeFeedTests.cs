using System.Text;
using Gemel.Graph;
using Gemel.History;
using Gemel.Journal;
using Microsoft.Extensions.Logging.Abstractions;

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
    public async Task Relationships_and_telemetry_of_a_twin_that_is_gone_have_the_model_it_had()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await instance.PutPumpAsync("p1");
        await instance.PutPumpAsync("p2");
        await instance.RelateAsync("p1", "r", "p2");
        TelemetryMessage message = new(Component: null, "m1", default, "{}"u8.ToArray(), "application/json");
        Assert.True((await instance.Instance.Twins.SendTelemetryAsync(TwinId.Create("p1"), message, TestInstance.Tester, TestInstance.Cancelled)).IsSuccess);
        await instance.Instance.Twins.DeleteRelationshipAsync(
            TwinId.Create("p1"), RelationshipId.Create("r"), WriteCondition.None, TestInstance.Tester, TestInstance.Cancelled);
        await instance.Instance.Twins.DeleteAsync(TwinId.Create("p1"), WriteCondition.None, TestInstance.Tester, TestInstance.Cancelled);

        ChangeFilter pumps = new(Model: new ModelId(TestInstance.PumpModel));
        List<TwinEvent> all = await ReadAsync(instance, pumps, new ResumeToken(0, 0), count: 6);
        Assert.All(all, change => Assert.Equal(TestInstance.PumpModel, change.Model.Value));
        Assert.Contains(all, change => change.Kind == TwinEventKind.Telemetry);
    }

    [Fact]
    public async Task A_reader_waits_for_history_where_a_twin_came_and_went_before_history_knew_of_it()
    {
        await using TestInstance instance = await TestInstance.StartAsync(new InstanceOptions { Shards = 1 });
        await instance.PutPumpAsync("p1", 1);
        await instance.PutPumpAsync("p1", 2);
        await instance.Instance.Twins.DeleteAsync(TwinId.Create("p1"), WriteCondition.None, TestInstance.Tester, TestInstance.Cancelled);
        (Catalog catalog, List<CommitRecord> records) = (instance.Instance.Catalog, instance.ReadJournal());

        // The same journal, and a history that has taken none of it.
        using CommitBench behind = new();
        foreach (CommitRecord record in records)
        {
            behind.Log.Append(record.Commit, record.Time, [record.Payload]);
        }
        behind.Durable.Advance(behind.Log.Last);
        await using HistoryStore history = HistoryStore.Open(Path.Combine(instance.Folder, "behind"), new HistoryOptions(), TimeProvider.System);
        TwinNames names = new(behind.Shards, history);
        ChangeFeed feed = new(behind.Log, behind.Durable, history, new EventDecoder(() => catalog, names, epoch: 0), Lineage.Original);
        ChangeFilter only = new(Twins: new HashSet<TwinId> { TwinId.Create("p1") });
        await using IAsyncEnumerator<IReadOnlyList<TwinEvent>> reading =
            feed.ReadAsync(only, new ResumeToken(0, 0), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await reading.MoveNextAsync());
        ValueTask<bool> second = reading.MoveNextAsync();
        Assert.False(second.IsCompleted);

        HistoryFollower follower = new(history, () => catalog, names, new BackPressure(long.MaxValue, since: 0), NullLogger.Instance);
        await follower.ApplyAsync(records, TestInstance.Cancelled);
        Assert.True(await second);
        Assert.Equal("p1", reading.Current.Single().Twin.Value);
        Assert.True(await reading.MoveNextAsync());
        Assert.Equal(TwinEventKind.TwinDeleted, reading.Current.Single().Kind);
    }

    [Fact]
    public async Task Creation_and_deletion_carry_the_twin_as_GET_showed_it()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        await instance.PutPumpAsync("p1", 1);
        string created = instance.Read("p1")!;
        using (IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test"))
        {
            await instance.SendAsync(session, ("p1", """{"$time":"2026-01-01T00:00:00Z","speed":7,"flow":3}"""));
        }
        string deleted = instance.Read("p1")!;
        await instance.Instance.Twins.DeleteAsync(TwinId.Create("p1"), WriteCondition.None, TestInstance.Tester, TestInstance.Cancelled);
        List<TwinEvent> all = await ReadAsync(instance, new ChangeFilter(), new ResumeToken(0, 0), count: 3);
        Assert.Equal([created, "", deleted], all.Select(change => Encoding.UTF8.GetString(change.Document.Span)));
        Assert.NotEqual(created, deleted);
    }

    [Fact]
    public async Task A_token_beyond_the_last_commit_is_refused_as_gone()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        GemelException gone = await Assert.ThrowsAsync<GemelException>(() =>
            ReadAsync(instance, new ChangeFilter(), new ResumeToken(instance.Instance.DurableCommit + 1, 0), count: 1));
        Assert.Equal(410, gone.Error.Code.Status);
    }

    [Theory]
    [InlineData("5-0", true)]
    [InlineData("12-2147483647-0000abcd", true)]
    [InlineData("12-0-00000000", false)]
    [InlineData("12-0-xyz", false)]
    [InlineData("12-0-1-2", false)]
    [InlineData("-1-0", false)]
    [InlineData("12", false)]
    [InlineData("", false)]
    public void A_token_is_read_as_it_was_written(string text, bool isToken)
    {
        Assert.Equal(isToken, ResumeToken.TryParse(text, out ResumeToken token));
        Assert.Equal(isToken ? text : "0-0", token.ToString());
    }

    [Fact]
    public async Task After_a_restore_only_tokens_of_commits_that_the_copy_shares_are_taken()
    {
        TestInstance original = await TestInstance.StartAsync();
        await original.PutPumpAsync("p1", 1);
        long shared = original.Instance.DurableCommit;
        ResumeToken mine = original.Instance.Changes.TokenAfter(shared + 1);
        string folder = await original.StopAsync();
        DataFolder.BeginEpoch(DiskFiles.Instance, Path.Combine(folder, DataFolder.DocumentName), folder, new Epoch(0xabcd, shared));
        await using (TestInstance copy = await TestInstance.ReopenAsync(folder))
        {
            await copy.PutPumpAsync("p1", 2);
            await copy.PutPumpAsync("p1", 3);

            GemelException gone = await Assert.ThrowsAsync<GemelException>(() => ReadAsync(copy, new ChangeFilter(), mine, count: 1));
            Assert.Equal(ClusterErrors.StreamOfAnotherPast, gone.Error.Code);
            gone = await Assert.ThrowsAsync<GemelException>(() => ReadAsync(copy, new ChangeFilter(), mine with { Epoch = 0x1234 }, count: 1));
            Assert.Equal(ClusterErrors.StreamOfAnotherPast, gone.Error.Code);
            List<TwinEvent> events = await ReadAsync(copy, new ChangeFilter(), mine with { Commit = shared }, count: 2);
            Assert.All(events, e => Assert.Equal(0xabcdu, e.Token.Epoch));
            Assert.Single(await ReadAsync(copy, new ChangeFilter(), events[0].Token, count: 1));
        }
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

    [Fact]
    public async Task At_the_edge_of_what_was_trimmed_a_token_is_followed_without_a_gap_or_refused()
    {
        InstanceOptions trimming = new()
        {
            Journal = CommitLogOptions.Default with { SegmentBytes = 1024, TailBytes = 0 },
            CheckpointInterval = TimeSpan.FromMilliseconds(100),
            JournalRetention = TimeSpan.FromTicks(1),
            History = new() { HotAge = TimeSpan.FromMilliseconds(10) },
        };
        await using TestInstance instance = await TestInstance.StartAsync(trimming);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        long edge = 1;
        for (int i = 0; edge < 20; i++)
        {
            await instance.PutPumpAsync("p1", i);
            await timer.WaitForNextTickAsync(TestInstance.Cancelled);
            edge = Directory.GetFiles(Path.Combine(instance.Folder, "journal"), "*.log").Min(file => long.Parse(Path.GetFileNameWithoutExtension(file), System.Globalization.CultureInfo.InvariantCulture));
        }
        int followed = 0;
        for (long commit = Math.Max(1, edge - 3); commit < instance.Instance.DurableCommit; commit++)
        {
            try
            {
                TwinEvent next = Assert.Single(await ReadAsync(instance, new ChangeFilter(), new ResumeToken(commit, int.MaxValue), count: 1));
                Assert.Equal(commit + 1, next.Token.Commit);
                followed++;
            }
            catch (GemelException gone)
            {
                // More may be trimmed meanwhile; never is anything left out in silence.
                Assert.Equal("GMC020", gone.Error.Code.Code);
            }
        }
        Assert.True(followed > 0);
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
