namespace Gemel.Journal.Tests;

/// <summary>The disk refuses a call, once or from then on, and the process lives on.</summary>
public sealed class DiskFaultTests
{
    private const long Commits = 12;

    [Theory]
    [InlineData(DiskFault.Error, "GMJ020")]
    [InlineData(DiskFault.Full, "GMJ021")]
    public void One_failing_call_anywhere_loses_and_doubles_nothing(object fault, string code)
    {
        int calls = CallsOfWriting();
        for (int at = CallsOfOpening() + 1; at <= calls; at++)
        {
            SimulatedDisk disk = TestLog.NewDisk(seed: at);
            disk.Faults = call => call == at ? (DiskFault)fault : DiskFault.None;
            using (CommitLog log = TestLog.Open(disk))
            {
                Assert.Equal(code, WriteAllWithRetry(log).Error.Code.Code);
                log.AssertHolds(1);
            }
            AssertWhole(disk);
            for (int seed = 0; seed < 4; seed++)
            {
                AssertWhole(disk.LosePower(seed));
            }
        }
    }

    [Fact]
    public void A_disk_that_fails_for_ever_stops_the_log_which_goes_on_once_the_disk_does()
    {
        int calls = CallsOfWriting();
        for (int at = CallsOfOpening() + 1; at <= calls; at++)
        {
            SimulatedDisk disk = TestLog.NewDisk(seed: at);
            disk.Faults = call => call >= at ? DiskFault.Error : DiskFault.None;
            using CommitLog log = TestLog.Open(disk);
            Assert.Equal("GMJ020", Assert.Throws<GemelException>(() => log.AppendTo(Commits)).Error.Code.Code);
            long last = log.Last;
            Assert.False(log.Recover());
            Assert.Equal("GMJ022", Assert.Throws<GemelException>(() => log.Append(last + 1)).Error.Code.Code);
            Assert.Equal(last, log.Last);
            AssertStartsAt(disk.LosePower(at), last, orLater: last + 1);

            disk.Faults = null;
            Assert.True(log.Recover());
            Assert.Null(log.Failure);
            AssertStartsAt(disk.LosePower(at), last, orLater: last);
            log.AppendTo(Commits);
            log.AssertHolds(1);
            AssertWhole(disk.LosePower(at + 1));
        }
    }

    [Fact]
    public void Nothing_of_a_failed_commit_remains_after_the_recovery_and_another_one_takes_its_number()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using (CommitLog log = TestLog.Open(disk))
        {
            log.AppendTo(3);
            int witnessSync = disk.Calls + 4;
            disk.Faults = call => call == witnessSync ? DiskFault.Error : DiskFault.None;
            Assert.Throws<GemelException>(() => log.Append(4, TestLog.Time(4), "the lost one"u8.ToArray()));
            Assert.True(log.Recover());
            log.AppendTo(5);
            log.AssertHolds(1);
        }
        using CommitLog again = TestLog.Open(disk.LosePower(7));
        Assert.Equal(5, again.Last);
        again.AssertHolds(1);
    }

    [Fact]
    public void A_full_disk_takes_commits_again_after_room_was_made_by_trimming()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk);
        log.AppendTo(30);
        disk.Capacity = disk.Paths.Sum(path => (long)disk.Bytes(path).Length) + 10;
        Assert.Equal("GMJ021", Assert.Throws<GemelException>(() => log.AppendTo(60)).Error.Code.Code);
        long last = log.Last;
        Assert.False(log.Recover());
        disk.Capacity += 20_000;
        Assert.True(log.Recover());
        log.TrimTo(last);
        log.AppendTo(60);
        log.AssertHolds(log.First);
    }

    [Fact]
    public void A_failing_trim_stops_the_log_until_it_recovers_and_loses_nothing()
    {
        for (int at = 1; at <= 10; at++)
        {
            SimulatedDisk disk = TestLog.NewDisk(seed: at);
            using CommitLog log = TestLog.Open(disk);
            log.AppendTo(30);
            int failing = disk.Calls + at;
            disk.Faults = call => call == failing ? DiskFault.Error : DiskFault.None;
            if (Record.Exception(() => log.TrimTo(25)) is null)
            {
                continue;
            }
            AssertStartsAt(disk.LosePower(at), 30, orLater: 30);
            Assert.True(log.Recover());
            log.AppendTo(35);
            AssertStartsAt(disk.LosePower(at), 35, orLater: 35);
        }
    }

    private static GemelException WriteAllWithRetry(CommitLog log)
    {
        GemelException? seen = null;
        while (log.Last < Commits)
        {
            try
            {
                log.AppendTo(Commits);
            }
            catch (GemelException failure)
            {
                seen = failure;
                Assert.True(failure.IsRetryable);
                Assert.True(log.Recover());
            }
        }
        return seen ?? throw new InvalidOperationException("No call failed.");
    }

    private static int CallsOfOpening()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        TestLog.Open(disk).Dispose();
        return disk.Calls;
    }

    private static int CallsOfWriting()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk);
        log.AppendTo(Commits);
        return disk.Calls;
    }

    private static void AssertWhole(SimulatedDisk disk) => AssertStartsAt(disk, Commits, orLater: Commits);

    private static void AssertStartsAt(SimulatedDisk disk, long last, long orLater)
    {
        using CommitLog log = TestLog.Open(disk, TestLog.FilesOnly);
        Assert.InRange(log.Last, last, orLater);
        log.AssertHolds(log.First);
        Assert.Empty(JournalVerifier.Verify(disk, TestLog.Folder, TestLog.Instance, TestContext.Current.CancellationToken).Damage);
    }
}
