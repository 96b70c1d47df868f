using Microsoft.Extensions.Time.Testing;

namespace Gemel.Journal.Tests;

public sealed class FollowerLoopTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_follower_gets_every_commit_once_and_in_order_while_they_come()
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        log.AppendTo(30);
        var follower = new Collecting();
        await using FollowerLoop loop = FollowerLoop.Start(log, follower, position: 0, TimeProvider.System, FollowerOptions.Default with { BatchRecords = 7 });
        log.AppendTo(60);
        await loop.WaitAsync(60, Stop);
        Assert.Equal(Enumerable.Range(1, 60).Select(i => (long)i), follower.Seen);
        Assert.Equal(0, loop.Lag);
        Assert.Equal(new FollowerState("collecting", 60, 0, 0, null), loop.State);
    }

    [Fact]
    public async Task A_stopped_follower_continues_where_it_was()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk);
        log.AppendTo(10);
        var first = new Collecting();
        await using (FollowerLoop loop = FollowerLoop.Start(log, first, FollowerPositions.Open(disk, TestLog.Folder, log), TimeProvider.System, FollowerOptions.Default))
        {
            await loop.WaitAsync(10, Stop);
        }
        log.AppendTo(15);
        var positions = FollowerPositions.Open(disk, TestLog.Folder, log);
        Assert.Equal(10, positions.GetPosition("collecting"));
        var second = new Collecting();
        await using (FollowerLoop loop = FollowerLoop.Start(log, second, positions, TimeProvider.System, FollowerOptions.Default))
        {
            await loop.WaitAsync(15, Stop);
        }
        Assert.Equal([11, 12, 13, 14, 15], second.Seen);
    }

    [Fact]
    public async Task A_position_is_saved_once_its_time_has_come_even_when_nothing_follows()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk);
        var positions = FollowerPositions.Open(disk, TestLog.Folder, log);
        var clock = new ObservedClock();
        await using FollowerLoop loop = FollowerLoop.Start(log, new Collecting(), positions, clock, FollowerOptions.Default);
        log.AppendTo(3);
        await clock.TimerStarted.Task.WaitAsync(Stop);
        Assert.Equal(0, positions.GetPosition("collecting"));
        clock.Advance(TimeSpan.FromSeconds(1));
        log.AppendTo(4);
        await loop.WaitAsync(4, Stop);
        Assert.InRange(positions.GetPosition("collecting"), 3, 4);
    }

    [Fact]
    public async Task A_failing_follower_is_tried_again_after_growing_pauses_and_misses_nothing()
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        log.AppendTo(5);
        var clock = new ObservedClock();
        var follower = new Collecting { FailuresToCome = 3 };
        await using FollowerLoop loop = FollowerLoop.Start(log, follower, position: 0, clock, FollowerOptions.Default);
        for (int failures = 1; failures <= 3; failures++)
        {
            await clock.TimerStarted.Task.WaitAsync(Stop);
            Assert.Equal(failures, loop.State.Failures);
            Assert.Equal("not now", loop.State.Failure?.Message);
            Assert.Equal(5, loop.Lag);
            clock.TimerStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
            clock.Advance(TimeSpan.FromMilliseconds(100 * Math.Pow(2, failures - 1)));
        }
        await loop.WaitAsync(5, Stop);
        Assert.Equal([1, 2, 3, 4, 5], follower.Seen);
        Assert.Equal(0, loop.State.Failures);
    }

    [Fact]
    public async Task Who_waits_for_a_follower_that_met_damage_learns_of_it_until_it_gets_on()
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        log.AppendTo(5);
        var clock = new ObservedClock();
        var damaged = new GemelException(JournalErrors.RecordDamaged.With("a file", 3, 100, "its checksum differs"));
        var follower = new Collecting { FailuresToCome = 1, Failure = damaged };
        await using FollowerLoop loop = FollowerLoop.Start(log, follower, position: 0, clock, FollowerOptions.Default);
        GemelException seen = await Assert.ThrowsAsync<GemelException>(() => loop.WaitAsync(5, Stop));
        Assert.Equal(JournalErrors.RecordDamaged, seen.Error.Code);
        await clock.TimerStarted.Task.WaitAsync(Stop);
        clock.Advance(FollowerOptions.Default.FirstRetry);
        while (loop.Position < 5)
        {
            await Task.Yield();
        }
        await loop.WaitAsync(5, Stop);
        Assert.Equal([1, 2, 3, 4, 5], follower.Seen);
    }

    [Fact]
    public async Task A_failing_follower_stops_at_once_when_asked()
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        log.AppendTo(5);
        var clock = new ObservedClock();
        FollowerLoop loop = FollowerLoop.Start(log, new Collecting { FailuresToCome = int.MaxValue }, position: 0, clock, FollowerOptions.Default);
        await clock.TimerStarted.Task.WaitAsync(Stop);
        await loop.DisposeAsync();
        Assert.Equal(0, loop.Position);
    }

    [Fact]
    public async Task A_follower_that_was_trimmed_past_is_told_the_gap_and_goes_on_behind_it()
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        log.AppendTo(40);
        long first = log.TrimTo(25);
        var follower = new Collecting();
        await using FollowerLoop loop = FollowerLoop.Start(log, follower, position: 3, TimeProvider.System, FollowerOptions.Default);
        await loop.WaitAsync(40, Stop);
        Assert.Equal([(4, first - 1)], follower.Gaps);
        Assert.Equal(first, follower.Seen[0]);
        Assert.Equal(40, follower.Seen[^1]);
    }

    [Fact]
    public async Task Several_followers_beside_a_committer_that_trims_see_every_commit_or_its_gap()
    {
        const long commits = 600;
        string folder = Directory.CreateTempSubdirectory("gemel-journal-tests-").FullName;
        try
        {
            using CommitLog log = CommitLog.Open(DiskFiles.Instance, folder, TestLog.Instance, TestLog.Small with { SegmentBytes = 4000, TailBytes = 2000 });
            Collecting[] followers = [new(), new(), new()];
            FollowerLoop[] loops = [.. followers.Select(follower => FollowerLoop.Start(log, follower, position: 0, TimeProvider.System, FollowerOptions.Default))];
            await Task.Run(() => AppendAndTrim(log, commits), Stop);
            foreach (FollowerLoop loop in loops)
            {
                await loop.WaitAsync(commits, Stop);
                Assert.Null(loop.State.Failure);
                await loop.DisposeAsync();
            }
            foreach (Collecting follower in followers)
            {
                IEnumerable<long> missed = follower.Gaps.SelectMany(gap => Enumerable.Range(0, (int)(gap.To - gap.From + 1)).Select(i => gap.From + i));
                Assert.Equal(Enumerable.Range(1, (int)commits).Select(i => (long)i), follower.Seen.Concat(missed).Order());
                Assert.Equal(follower.Seen.Order(), follower.Seen);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AppendAndTrim(CommitLog log, long commits)
    {
        for (long commit = 1; commit <= commits; commit++)
        {
            log.Append(commit);
            if (commit % 100 == 0)
            {
                log.TrimTo(commit - 60);
            }
        }
    }

    [Fact]
    public void A_follower_ahead_of_the_journal_is_refused()
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        log.AppendTo(4);
        var refused = Assert.Throws<GemelException>(() => FollowerLoop.Start(log, new Collecting(), position: 5, TimeProvider.System, FollowerOptions.Default));
        Assert.Equal("GMJ031", refused.Error.Code.Code);
    }

    private sealed class Collecting : ICommitFollower
    {
        public string Name => "collecting";

        public List<long> Seen { get; } = [];

        public List<(long From, long To)> Gaps { get; } = [];

        public int FailuresToCome { get; set; }

        public Exception Failure { get; init; } = new InvalidOperationException("not now");

        public ValueTask ApplyAsync(IReadOnlyList<CommitRecord> records, CancellationToken cancellationToken)
        {
            if (FailuresToCome > 0)
            {
                FailuresToCome--;
                throw Failure;
            }
            foreach (CommitRecord record in records)
            {
                Assert.Equal(TestLog.Payload(record.Commit), record.Payload.ToArray());
                Seen.Add(record.Commit);
            }
            return ValueTask.CompletedTask;
        }

        public ValueTask OnGapAsync(long from, long to, CancellationToken cancellationToken)
        {
            Gaps.Add((from, to));
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A clock of the test's own that tells when somebody begins to wait for it.</summary>
    private sealed class ObservedClock : FakeTimeProvider
    {
        public TaskCompletionSource TimerStarted { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            TimerStarted.TrySetResult();
            return timer;
        }
    }
}
