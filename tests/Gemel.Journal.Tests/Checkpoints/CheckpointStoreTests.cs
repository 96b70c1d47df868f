using System.Text;

namespace Gemel.Journal.Tests;

public sealed class CheckpointStoreTests
{
    private const string Folder = "/data/checkpoints";

    [Fact]
    public void A_completed_checkpoint_reads_back_after_a_restart()
    {
        SimulatedDisk disk = NewDisk();
        Write(Open(disk), 7, ("twins", Contents("twins", 300_000)), ("catalog", []));
        CheckpointStore store = Open(disk.LosePower(3));
        Checkpoint? latest = store.Latest;
        Assert.NotNull(latest);
        Assert.Equal((7, HashOf(7), TestLog.Time(7)), (latest.Commit, latest.Hash, latest.Time));
        Assert.Equal(Contents("twins", 300_000), Read(store, "twins"));
        Assert.Equal([], Read(store, "catalog"));
        Assert.Null(latest.FindPart("history"));
    }

    [Fact]
    public void Parts_are_shared_and_files_go_when_nobody_needs_them()
    {
        SimulatedDisk disk = NewDisk();
        CheckpointStore store = Open(disk);
        Checkpoint first = Write(store, 1, ("a", Contents("a", 10)), ("b", Contents("b", 20)));
        using (CheckpointWriter writer = store.Begin(2, HashOf(2), TestLog.Time(2)))
        {
            writer.SharePart(first.FindPart("a")!);
            WritePart(writer, "b", Contents("b2", 30));
            writer.Complete();
        }
        Assert.Equal(["0000000000000001-a.part", "0000000000000002-b.part", "0000000000000002.json"], disk.List(Folder));
        CheckpointStore again = Open(disk);
        Assert.Equal(Contents("a", 10), Read(again, "a"));
        Assert.Equal(Contents("b2", 30), Read(again, "b"));
        Write(again, 3, ("b", Contents("b3", 1)));
        Assert.Equal(["0000000000000003-b.part", "0000000000000003.json"], disk.List(Folder));
    }

    [Fact]
    public void A_held_checkpoint_keeps_its_files_until_it_is_let_go_and_a_restart_keeps_only_the_newest()
    {
        SimulatedDisk disk = NewDisk();
        CheckpointStore store = Open(disk);
        Assert.Null(store.HoldLatest());
        Checkpoint first = Write(store, 1, ("a", Contents("a", 10)));
        HeldCheckpoint held = store.HoldLatest()!;
        Assert.Equal(first, held.Checkpoint);
        Write(store, 2, ("a", Contents("b", 20)));
        Assert.All([held.ManifestPath, .. held.PartPaths], path => Assert.Contains(Path.GetFileName(path), disk.List(Folder)));

        Open(disk.LosePower(3));
        Assert.Equal(2, Open(disk.LosePower(4)).Latest?.Commit);

        held.Dispose();
        Write(store, 3, ("a", Contents("c", 30)));
        Assert.Equal(["0000000000000003-a.part", "0000000000000003.json"], disk.List(Folder));
    }

    [Fact]
    public void An_abandoned_checkpoint_leaves_the_former_one_and_no_files()
    {
        SimulatedDisk disk = NewDisk();
        CheckpointStore store = Open(disk);
        Write(store, 1, ("a", Contents("a", 10)));
        using (CheckpointWriter writer = store.Begin(2, HashOf(2), TestLog.Time(2)))
        {
            WritePart(writer, "a", Contents("other", 10));
            Stream unfinished = writer.CreatePart("b");
            unfinished.WriteByte(1);
            Assert.Throws<InvalidOperationException>(() => writer.Complete());
            Assert.Throws<InvalidOperationException>(() => store.Begin(3, HashOf(3), TestLog.Time(3)));
        }
        Assert.Equal(1, store.Latest?.Commit);
        Assert.Equal(Contents("a", 10), Read(store, "a"));
        Assert.Equal(["0000000000000001-a.part", "0000000000000001.json"], disk.List(Folder));
        Write(store, 2, ("a", Contents("a2", 10)));
    }

    [Fact]
    public void A_crash_at_any_call_leaves_the_former_checkpoint_or_the_new_one_whole()
    {
        int calls = CallsOfSecond(out _);
        for (int at = 1; at <= calls; at++)
        {
            SimulatedDisk disk = WithFirst(at);
            int crash = disk.Calls + at;
            disk.Faults = call => call >= crash ? DiskFault.PowerLoss : DiskFault.None;
            Assert.Throws<PowerLostException>(() => WriteSecond(disk));
            for (int seed = 0; seed < 100; seed++)
            {
                AssertFirstOrSecond(disk.LosePower(seed), $"call {at} seed {seed}");
            }
        }
    }

    [Theory]
    [InlineData(DiskFault.Error)]
    [InlineData(DiskFault.Full)]
    public void A_failing_call_leaves_one_of_them_whole_and_the_next_checkpoint_succeeds(object fault)
    {
        int calls = CallsOfSecond(out _);
        for (int at = 1; at <= calls; at++)
        {
            SimulatedDisk disk = WithFirst(at);
            int failing = disk.Calls + at;
            disk.Faults = call => call == failing ? (DiskFault)fault : DiskFault.None;
            Exception? failure = Record.Exception(() => WriteSecond(disk));
            Assert.True(failure is null or GemelException { IsRetryable: true } or IOException, failure?.ToString());
            disk.Faults = null;
            for (int seed = 0; seed < 100; seed++)
            {
                AssertFirstOrSecond(disk.LosePower(seed), $"call {at} seed {seed}");
            }
            CheckpointStore store = Open(disk);
            Write(store, 3, ("a", Contents("a3", 40)));
            Assert.Equal(["0000000000000003-a.part", "0000000000000003.json"], disk.List(Folder));
        }
    }

    [Fact]
    public void Every_flipped_bit_of_manifest_and_parts_is_found_and_named()
    {
        SimulatedDisk disk = NewDisk();
        Write(Open(disk), 7, ("twins", Contents("twins", 100)));
        foreach (string path in disk.Paths.ToArray())
        {
            for (int bit = 0; bit < disk.Bytes(path).Length * 8; bit++)
            {
                SimulatedDisk damaged = disk.Copy();
                TestLog.Flip(damaged, path, bit);
                GemelError error = Assert.Throws<GemelException>(() => Read(Open(damaged), "twins")).Error;
                Assert.Contains(error.Code.Code, new[] { "GMJ004", "GMJ040" });
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_missing_or_shortened_part_is_named_at_start_and_nothing_is_removed()
    {
        SimulatedDisk disk = NewDisk();
        Write(Open(disk), 7, ("twins", Contents("twins", 100)));
        string part = Path.Combine(Folder, "0000000000000007-twins.part");
        disk.Put(part, disk.Bytes(part)[1..]);
        Assert.Contains("has 99 bytes, 100 were written", Assert.Throws<GemelException>(() => Open(disk)).Message, StringComparison.Ordinal);
        disk.Delete(part);
        Assert.Contains("is missing", Assert.Throws<GemelException>(() => Open(disk)).Message, StringComparison.Ordinal);
        Assert.Equal(["0000000000000007.json"], disk.List(Folder));
    }

    [Fact]
    public void A_checkpoint_of_another_instance_is_refused()
    {
        SimulatedDisk disk = NewDisk();
        Write(Open(disk), 7, ("twins", []));
        Assert.Equal("GMJ005", Assert.Throws<GemelException>(() => CheckpointStore.Open(disk, Folder, Guid.NewGuid())).Error.Code.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../a")]
    [InlineData(".a")]
    [InlineData("A")]
    [InlineData("a/b")]
    public void A_part_must_have_a_plain_name(string name)
    {
        using CheckpointWriter writer = Open(NewDisk()).Begin(1, HashOf(1), TestLog.Time(1));
        Assert.Throws<ArgumentException>(() => writer.CreatePart(name));
    }

    private static SimulatedDisk NewDisk(int seed = 0)
    {
        var disk = new SimulatedDisk(seed);
        disk.CreateFolder(Folder);
        return disk;
    }

    private static CheckpointStore Open(SimulatedDisk disk) => CheckpointStore.Open(disk, Folder, TestLog.Instance);

    private static RecordHash HashOf(long commit) => RecordHash.Of(BitConverter.GetBytes(commit));

    private static byte[] Contents(string text, int length) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, length)))[..length];

    private static Checkpoint Write(CheckpointStore store, long commit, params (string Name, byte[] Contents)[] parts)
    {
        using CheckpointWriter writer = store.Begin(commit, HashOf(commit), TestLog.Time(commit));
        foreach ((string name, byte[] contents) in parts)
        {
            WritePart(writer, name, contents);
        }
        return writer.Complete();
    }

    private static void WritePart(CheckpointWriter writer, string name, byte[] contents)
    {
        using Stream part = writer.CreatePart(name);
        part.Write(contents);
    }

    private static byte[] Read(CheckpointStore store, string name)
    {
        using Stream part = store.OpenPart(store.Latest!.FindPart(name)!);
        using var copy = new MemoryStream();
        part.CopyTo(copy);
        return copy.ToArray();
    }

    private static SimulatedDisk WithFirst(int seed)
    {
        SimulatedDisk disk = NewDisk(seed);
        Write(Open(disk), 1, ("a", Contents("a", 50)), ("shared", Contents("s", 60)));
        return disk;
    }

    private static void WriteSecond(SimulatedDisk disk)
    {
        CheckpointStore store = Open(disk);
        using CheckpointWriter writer = store.Begin(2, HashOf(2), TestLog.Time(2));
        writer.SharePart(store.Latest!.FindPart("shared")!);
        WritePart(writer, "a", Contents("a2", 70));
        writer.Complete();
    }

    private static int CallsOfSecond(out SimulatedDisk disk)
    {
        disk = WithFirst(0);
        int before = disk.Calls;
        WriteSecond(disk);
        return disk.Calls - before;
    }

    private static void AssertFirstOrSecond(SimulatedDisk disk, string what)
    {
        CheckpointStore store = Open(disk);
        Checkpoint? latest = store.Latest;
        Assert.True(latest?.Commit is 1 or 2, what);
        Assert.Equal(latest!.Commit == 1 ? Contents("a", 50) : Contents("a2", 70), Read(store, "a"));
        Assert.Equal(Contents("s", 60), Read(store, "shared"));
    }
}
