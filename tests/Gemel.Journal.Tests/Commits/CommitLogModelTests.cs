using CsCheck;

namespace Gemel.Journal.Tests;

/// <summary>Any sequence of operations gives what a plain list gives.</summary>
public sealed class CommitLogModelTests
{
    private enum Step
    {
        Append,
        FailAppend,
        Trim,
        Read,
        Restart,
        Crash,
    }

    private static readonly Gen<(Step Step, int Argument)[]> Plans = Gen.Select(
        Gen.Frequency((8, Gen.Const(Step.Append)), (2, Gen.Enum<Step>())), Gen.Int[0, 1000]).Array[0, 60];

    [Fact]
    public void The_log_behaves_as_a_list_that_is_cut_at_the_front()
    {
        Plans.Sample(plan => Run(plan), iter: 400);
    }

    private static void Run((Step Step, int Argument)[] plan)
    {
        SimulatedDisk disk = TestLog.NewDisk();
        CommitLog log = TestLog.Open(disk);
        long last = 0;
        foreach ((Step step, int argument) in plan)
        {
            switch (step)
            {
                case Step.Append:
                    log.Append(++last);
                    break;
                case Step.FailAppend:
                    last = AppendFailing(disk, log, last, failsAfter: argument % 6);
                    break;
                case Step.Trim:
                    Assert.InRange(log.TrimTo(argument % (last + 2)), 1, Math.Max(1, last));
                    break;
                case Step.Read:
                    log.AssertHolds(log.First + (argument % (last - log.First + 2)));
                    break;
                default:
                    log.Dispose();
                    disk = step == Step.Crash ? disk.LosePower(argument) : disk;
                    log = TestLog.Open(disk);
                    break;
            }
            Assert.Equal(last, log.Last);
        }
        log.AssertHolds(log.First);
        log.Dispose();
    }

    private static long AppendFailing(SimulatedDisk disk, CommitLog log, long last, int failsAfter)
    {
        int failing = disk.Calls + failsAfter;
        disk.Faults = call => call == failing ? DiskFault.Error : DiskFault.None;
        Exception? failure = Record.Exception(() => log.Append(last + 1));
        disk.Faults = null;
        Assert.True(log.Recover());
        return failure is null ? last + 1 : last;
    }
}
