namespace Gemel.Journal.Tests;

public sealed class FollowerPositionsTests
{
    [Fact]
    public void Positions_survive_a_restart()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk);
        log.AppendTo(10);
        var positions = FollowerPositions.Open(disk, TestLog.Folder, log);
        Assert.Equal(0, positions.GetPosition("streams"));
        positions.SetPosition("streams", 4);
        positions.SetPosition("alarms", 9);
        positions.SetPosition("streams", 7);
        positions.SetPosition("gone", 1);
        positions.Remove("gone");
        var again = FollowerPositions.Open(disk.LosePower(1), TestLog.Folder, log);
        Assert.Equal([("alarms", 9L), ("streams", 7L)], again.All.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Fact]
    public void A_position_beyond_the_last_commit_refuses_the_start()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk);
        log.AppendTo(3);
        FollowerPositions.Open(disk, TestLog.Folder, log).SetPosition("history", 4);
        GemelError error = Assert.Throws<GemelException>(() => FollowerPositions.Open(disk, TestLog.Folder, log)).Error;
        Assert.Equal("GMJ031", error.Code.Code);
        Assert.Contains("'history' stands at commit 4", error.Message, StringComparison.Ordinal);
        Assert.Contains("ends at 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_at_any_call_leaves_the_former_position_or_the_new_one()
    {
        for (int at = 1; at <= 4; at++)
        {
            for (int seed = 0; seed < 20; seed++)
            {
                SimulatedDisk disk = TestLog.NewDisk(seed);
                using CommitLog log = TestLog.Open(disk);
                log.AppendTo(8);
                var positions = FollowerPositions.Open(disk, TestLog.Folder, log);
                positions.SetPosition("history", 5);
                int crash = disk.Calls + at;
                disk.Faults = call => call >= crash ? DiskFault.PowerLoss : DiskFault.None;
                Assert.Throws<PowerLostException>(() => positions.SetPosition("history", 8));
                SimulatedDisk after = disk.LosePower(seed);
                using CommitLog again = TestLog.Open(after);
                Assert.Contains(FollowerPositions.Open(after, TestLog.Folder, again).GetPosition("history"), new[] { 5L, 8L });
            }
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_position_is_found()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk);
        log.AppendTo(8);
        FollowerPositions.Open(disk, TestLog.Folder, log).SetPosition("history", 5);
        string path = Path.Combine(TestLog.Folder, "followers", "history.json");
        for (int bit = 0; bit < disk.Bytes(path).Length * 8; bit++)
        {
            SimulatedDisk damaged = disk.Copy();
            TestLog.Flip(damaged, path, bit);
            Assert.Equal("GMJ004", Assert.Throws<GemelException>(() => FollowerPositions.Open(damaged, TestLog.Folder, log)).Error.Code.Code);
        }
    }

    [Fact]
    public void A_position_of_another_follower_or_instance_is_refused()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk);
        log.AppendTo(8);
        FollowerPositions.Open(disk, TestLog.Folder, log).SetPosition("history", 5);
        byte[] bytes = disk.Bytes(Path.Combine(TestLog.Folder, "followers", "history.json"));
        SimulatedDisk renamed = disk.Copy();
        renamed.Put(Path.Combine(TestLog.Folder, "followers", "streams.json"), bytes);
        Assert.Equal("GMJ004", Assert.Throws<GemelException>(() => FollowerPositions.Open(renamed, TestLog.Folder, log)).Error.Code.Code);

        using CommitLog other = CommitLog.Open(TestLog.NewDisk(), TestLog.Folder, Guid.NewGuid(), TestLog.Small);
        Assert.Equal("GMJ005", Assert.Throws<GemelException>(() => FollowerPositions.Open(disk, TestLog.Folder, other)).Error.Code.Code);
    }

    [Fact]
    public void A_disk_that_refuses_leaves_the_former_position()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk);
        log.AppendTo(8);
        var positions = FollowerPositions.Open(disk, TestLog.Folder, log);
        positions.SetPosition("history", 5);
        disk.Faults = _ => DiskFault.Full;
        Assert.Equal("GMJ021", Assert.Throws<GemelException>(() => positions.SetPosition("history", 6)).Error.Code.Code);
        Assert.Equal(5, positions.GetPosition("history"));
    }
}
