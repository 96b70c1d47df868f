namespace Gemel.Journal.Tests;

/// <summary>Copies of a journal that goes on meanwhile.</summary>
public sealed class CaptureTests
{
    private const string Copy = "/copy/journal";

    [Fact]
    public void A_capture_copied_after_the_log_went_on_opens_at_its_commit_whatever_it_begins_with()
    {
        for (long last = 0; last <= 30; last++)
        {
            for (long from = 1; from <= last + 1; from += 4)
            {
                SimulatedDisk disk = TestLog.NewDisk();
                using CommitLog log = TestLog.Open(disk);
                log.AppendTo(last);

                JournalCapture capture = log.Capture(from);
                log.AppendTo(last + 10);

                Assert.Equal(last, capture.Commit);
                CopyTo(disk, capture);
                using CommitLog copy = CommitLog.Open(disk, Copy, TestLog.Instance, TestLog.Small);
                Assert.Equal(last, copy.Last);
                Assert.Equal(capture.First, copy.First);
                Assert.InRange(copy.First, 1, Math.Max(1, Math.Min(from, last)));
                copy.AssertHolds(copy.First);
                Assert.True(JournalVerifier.Verify(disk, Copy, TestLog.Instance, TestContext.Current.CancellationToken).IsWhole);
                // It goes on, though to another future.
                copy.AppendTo(last + 3);
            }
        }
    }

    [Fact]
    public void What_is_held_is_not_trimmed_until_the_last_hold_is_gone()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk, TestLog.FilesOnly);
        log.AppendTo(40);
        IDisposable first = log.Hold(10);
        IDisposable second = log.Hold(20);
        Assert.InRange(log.TrimTo(40), 1, 10);
        log.AssertHolds(10);

        first.Dispose();
        first.Dispose();
        Assert.InRange(log.TrimTo(40), 11, 20);
        log.AssertHolds(20);
        Assert.Equal("GMJ030", Assert.Throws<GemelException>(() => log.Capture(1)).Error.Code.Code);

        second.Dispose();
        Assert.InRange(log.TrimTo(40), 30, 40);
    }

    private static void CopyTo(SimulatedDisk disk, JournalCapture capture)
    {
        disk.CreateFolder(Copy);
        foreach (CapturedSegment segment in capture.Files)
        {
            byte[] bytes = disk.Bytes(segment.Path);
            Assert.True(!segment.IsClosed || segment.Bytes == bytes.Length);
            disk.Put(Path.Combine(Copy, segment.Name), bytes[..(int)segment.Bytes]);
        }
        disk.Put(Path.Combine(Copy, JournalCapture.WitnessName), capture.Witness.ToArray());
    }
}
