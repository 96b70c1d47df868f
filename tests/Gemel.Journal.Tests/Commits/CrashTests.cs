namespace Gemel.Journal.Tests;

/// <summary>The power fails at every single call, and what was not synced is lost, torn or reordered, several times over.</summary>
public sealed class CrashTests
{
    private const int Outcomes = 6;
    private const long Commits = 14;
    private const long TrimAfter = 9;
    private const long TrimTo = 6;

    [Fact]
    public void Whatever_was_acknowledged_is_there_after_a_crash_at_any_call()
    {
        int calls = CallsOf(disk => Write(disk, new Progress()));
        for (int at = 1; at <= calls; at++)
        {
            (SimulatedDisk disk, Progress progress) = CrashAt(at);
            for (int seed = 0; seed < Outcomes; seed++)
            {
                AssertRecovers(disk.LosePower(seed), progress, $"crash at call {at} of {calls}, seed {seed}");
            }
        }
    }

    [Fact]
    public void A_second_crash_during_recovery_loses_nothing_either()
    {
        int calls = CallsOf(disk => Write(disk, new Progress()));
        for (int at = 1; at <= calls; at += 3)
        {
            (SimulatedDisk disk, Progress progress) = CrashAt(at);
            SimulatedDisk crashed = disk.LosePower(at);
            int recoveryCalls = CallsOf(clone => TestLog.Open(clone).Dispose(), crashed.Copy());
            for (int during = 1; during <= recoveryCalls; during++)
            {
                SimulatedDisk again = crashed.Copy();
                again.Faults = call => call >= during ? DiskFault.PowerLoss : DiskFault.None;
                Assert.Throws<PowerLostException>(() => TestLog.Open(again).Dispose());
                AssertRecovers(again.LosePower(during), progress, $"crash at call {at}, then at call {during} of the recovery");
            }
        }
    }

    [Fact]
    public void A_failing_call_during_recovery_refuses_the_start_and_the_next_start_finds_all()
    {
        (SimulatedDisk disk, Progress progress) = CrashAt(60);
        SimulatedDisk crashed = disk.LosePower(1);
        int recoveryCalls = CallsOf(clone => TestLog.Open(clone).Dispose(), crashed.Copy());
        for (int at = 1; at <= recoveryCalls; at++)
        {
            SimulatedDisk again = crashed.Copy();
            again.Faults = call => call == at ? DiskFault.Error : DiskFault.None;
            GemelException refused = Assert.Throws<GemelException>(() => TestLog.Open(again).Dispose());
            Assert.Equal("GMJ024", refused.Error.Code.Code);
            again.Faults = null;
            SimulatedDisk afterCrash = again.LosePower(at);
            AssertRecovers(again, progress, $"after an error at call {at} of the recovery");
            AssertRecovers(afterCrash, progress, $"after an error at call {at} of the recovery and a crash");
        }
    }

    private static int CallsOf(Action<SimulatedDisk> run, SimulatedDisk? disk = null)
    {
        disk ??= TestLog.NewDisk();
        int before = disk.Calls;
        run(disk);
        return disk.Calls - before;
    }

    private static (SimulatedDisk Disk, Progress Progress) CrashAt(int call)
    {
        SimulatedDisk disk = TestLog.NewDisk(seed: call);
        disk.Faults = now => now >= call ? DiskFault.PowerLoss : DiskFault.None;
        var progress = new Progress();
        Assert.Throws<PowerLostException>(() => Write(disk, progress));
        return (disk, progress);
    }

    private static void Write(SimulatedDisk disk, Progress progress)
    {
        using CommitLog log = TestLog.Open(disk);
        for (long commit = 1; commit <= Commits; commit++)
        {
            progress.Attempted = commit;
            log.Append(commit);
            progress.Acknowledged = commit;
            if (commit == TrimAfter)
            {
                progress.MayBeTrimmedTo = TrimTo;
                log.TrimTo(TrimTo);
            }
        }
    }

    private static void AssertRecovers(SimulatedDisk disk, Progress progress, string what)
    {
        try
        {
            using (CommitLog log = TestLog.Open(disk, TestLog.FilesOnly))
            {
                Assert.InRange(log.Last, progress.Acknowledged, progress.Attempted);
                Assert.InRange(log.First, 1, progress.MayBeTrimmedTo);
                log.AssertHolds(log.First);
                log.AppendTo(Commits + 4);
            }
            JournalReport report = JournalVerifier.Verify(disk, TestLog.Folder, TestLog.Instance, TestContext.Current.CancellationToken);
            Assert.Empty(report.Damage);
            Assert.Equal(0, report.TornBytes);
            using CommitLog again = TestLog.Open(disk, TestLog.FilesOnly);
            Assert.Equal(Commits + 4, again.Last);
            again.AssertHolds(again.First);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{what}: {failure.Message}", failure);
        }
    }

    private sealed class Progress
    {
        public long Attempted { get; set; }

        public long Acknowledged { get; set; }

        public long MayBeTrimmedTo { get; set; } = 1;
    }
}
