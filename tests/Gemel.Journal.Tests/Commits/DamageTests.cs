namespace Gemel.Journal.Tests;

/// <summary>Rot and interference: what was acknowledged and cannot be read whole is named, never dropped in silence.</summary>
public sealed class DamageTests
{
    private const long Commits = 20;

    [Fact]
    public void Every_flipped_bit_of_the_last_acknowledged_record_refuses_the_start()
    {
        SimulatedDisk disk = Written();
        (string path, int start) = LastRecord(disk);
        int length = disk.Bytes(path).Length;
        for (long bit = start * 8L; bit < length * 8L; bit++)
        {
            SimulatedDisk damaged = disk.Copy();
            TestLog.Flip(damaged, path, bit);
            byte[] before = damaged.Bytes(path);
            var refused = Assert.Throws<GemelException>(() => TestLog.Open(damaged));
            Assert.Equal("GMJ010", refused.Error.Code.Code);
            Assert.Contains(path, refused.Message, StringComparison.Ordinal);
            Assert.Contains($"commit {Commits} ", refused.Message, StringComparison.Ordinal);
            Assert.Contains($"offset {start}", refused.Message, StringComparison.Ordinal);
            Assert.Equal(before, damaged.Bytes(path));
        }
    }

    [Fact]
    public void An_acknowledged_record_cut_short_at_any_byte_refuses_the_start()
    {
        SimulatedDisk disk = Written();
        (string path, int start) = LastRecord(disk);
        byte[] whole = disk.Bytes(path);
        for (int length = start; length < whole.Length; length++)
        {
            SimulatedDisk damaged = disk.Copy();
            damaged.Put(path, whole[..length]);
            var refused = Assert.Throws<GemelException>(() => TestLog.Open(damaged));
            Assert.Contains(refused.Error.Code.Code, new[] { "GMJ010", "GMJ012" });
        }
    }

    [Fact]
    public void A_record_that_was_never_acknowledged_is_cut_when_torn_at_any_byte_and_kept_when_whole()
    {
        SimulatedDisk disk = Interrupted(failingCall: 3, DiskFault.PowerLoss);
        int start = disk.Bytes(TestLog.SegmentPath(1)).Length - RecordFormat.HeaderSize - TestLog.Payload(6).Length;
        byte[] whole = disk.Bytes(TestLog.SegmentPath(1));
        for (int length = start; length <= whole.Length; length++)
        {
            SimulatedDisk torn = disk.Copy();
            torn.Put(TestLog.SegmentPath(1), whole[..length]);
            using CommitLog again = TestLog.Open(torn);
            bool kept = length == whole.Length;
            Assert.Equal(kept ? 6 : 5, again.Last);
            Assert.Equal(kept ? new RecoverySummary(0, 1) : new RecoverySummary(length - start, 0), again.Recovery);
            again.AppendTo(8);
            again.AssertHolds(1);
        }
    }

    [Fact]
    public void Nothing_of_a_cut_record_is_left_behind_the_shorter_ones_that_follow()
    {
        SimulatedDisk disk = Interrupted(failingCall: 3, DiskFault.PowerLoss);
        byte[] file = disk.Bytes(TestLog.SegmentPath(1));
        disk.Put(TestLog.SegmentPath(1), file[..^1]);
        using (CommitLog log = TestLog.Open(disk, TestLog.FilesOnly))
        {
            Assert.Equal(5, log.Last);
            log.Append(6, TestLog.Time(6), ReadOnlyMemory<byte>.Empty);
            log.Append(7, TestLog.Time(7), new byte[500]);
        }
        JournalReport report = JournalVerifier.Verify(disk, TestLog.Folder, TestLog.Instance, TestContext.Current.CancellationToken);
        Assert.Empty(report.Damage);
        Assert.Equal((7L, 0L), (report.Last, report.TornBytes));
        TestLog.Open(disk).Dispose();
    }

    [Fact]
    public void A_record_kept_at_start_is_witnessed_from_then_on()
    {
        SimulatedDisk disk = Interrupted(failingCall: 3, DiskFault.PowerLoss);
        using (CommitLog log = TestLog.Open(disk))
        {
            Assert.Equal(6, log.Last);
        }
        string path = TestLog.SegmentPath(1);
        TestLog.Flip(disk, path, (disk.Bytes(path).Length * 8) - 1);
        Assert.Equal("GMJ010", Refusal(disk).Code.Code);
    }

    [Fact]
    public void A_record_kept_at_start_is_on_the_disk_even_if_its_first_sync_had_lost_it()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            SimulatedDisk disk = Interrupted(failingCall: 2, DiskFault.Error, seed);
            long kept;
            using (CommitLog log = TestLog.Open(disk))
            {
                kept = log.Last;
                Assert.Equal(6, kept);
            }
            using CommitLog again = TestLog.Open(disk.LosePower(seed));
            Assert.Equal(kept, again.Last);
            again.AssertHolds(1);
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_found_or_provably_without_effect()
    {
        SimulatedDisk disk = Written();
        var random = new Random(20261123);
        foreach (string path in disk.Paths.ToArray())
        {
            for (int i = 0; i < 300; i++)
            {
                long bit = random.NextInt64(disk.Bytes(path).Length * 8L);
                SimulatedDisk damaged = disk.Copy();
                TestLog.Flip(damaged, path, bit);
                JournalReport report = JournalVerifier.Verify(damaged, TestLog.Folder, TestLog.Instance, TestContext.Current.CancellationToken);
                if (Path.GetFileName(path) == "witness")
                {
                    // The other slot, or the other commit's slot, stands for it: all is there, and the start makes it good.
                    using CommitLog log = TestLog.Open(damaged);
                    Assert.Equal(Commits, log.Last);
                    log.AssertHolds(1);
                    continue;
                }
                GemelError found = Assert.Single(report.Damage, error => error.Message.Contains(path, StringComparison.Ordinal));
                Assert.True(found.Code.Code is "GMJ010" or "GMJ011", found.ToString());
                Assert.Throws<GemelException>(() => ReadAll(damaged));
            }
        }
    }

    [Fact]
    public void Both_slots_of_the_witness_damaged_refuse_the_start()
    {
        SimulatedDisk disk = Written();
        string path = Path.Combine(TestLog.Folder, "witness");
        TestLog.Flip(disk, path, 8 * 40);
        TestLog.Flip(disk, path, 8 * (4096 + 40));
        Assert.Equal("GMJ013", Refusal(disk).Code.Code);
        disk.Delete(path);
        Assert.Equal("GMJ013", Refusal(disk).Code.Code);
    }

    [Fact]
    public void Any_missing_file_is_named_with_its_commits()
    {
        SimulatedDisk disk = Written();
        long[] firsts = Firsts(disk);
        Assert.True(firsts.Length > 3);
        for (int i = 0; i < firsts.Length; i++)
        {
            SimulatedDisk damaged = disk.Copy();
            damaged.Delete(TestLog.SegmentPath(firsts[i]));
            GemelError refusal = Refusal(damaged);
            Assert.Equal("GMJ012", refusal.Code.Code);
            long last = i + 1 < firsts.Length ? firsts[i + 1] - 1 : Commits;
            Assert.Contains($"commits {firsts[i]} to {last}", refusal.Message, StringComparison.Ordinal);
            JournalReport report = JournalVerifier.Verify(damaged, TestLog.Folder, TestLog.Instance, TestContext.Current.CancellationToken);
            Assert.Contains(report.Damage, error => error.Message.Contains($"commits {firsts[i]} to {last}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Swapped_copied_and_shortened_files_are_found_at_start()
    {
        SimulatedDisk disk = Written();
        string[] paths = [.. Firsts(disk).Select(TestLog.SegmentPath)];

        SimulatedDisk swapped = disk.Copy();
        swapped.Put(paths[0], disk.Bytes(paths[1]));
        swapped.Put(paths[1], disk.Bytes(paths[0]));
        Assert.Equal("GMJ011", Refusal(swapped).Code.Code);

        SimulatedDisk copied = disk.Copy();
        copied.Put(TestLog.SegmentPath(Commits + 1), disk.Bytes(paths[1]));
        Assert.Equal("GMJ011", Refusal(copied).Code.Code);

        SimulatedDisk shortened = disk.Copy();
        shortened.Put(paths[1], disk.Bytes(paths[1])[..^1]);
        Assert.Equal("GMJ011", Refusal(shortened).Code.Code);

        SimulatedDisk lengthened = disk.Copy();
        lengthened.Put(paths[1], [.. disk.Bytes(paths[1]), 0]);
        Assert.Equal("GMJ011", Refusal(lengthened).Code.Code);
    }

    [Fact]
    public void Files_of_another_instance_and_of_a_newer_format_are_refused()
    {
        SimulatedDisk disk = Written();
        GemelException foreign = Assert.Throws<GemelException>(() => CommitLog.Open(disk, TestLog.Folder, Guid.NewGuid(), TestLog.Small));
        Assert.Equal("GMJ005", foreign.Error.Code.Code);

        SimulatedDisk other = TestLog.NewDisk();
        using (CommitLog log = CommitLog.Open(other, TestLog.Folder, Guid.NewGuid(), TestLog.Small))
        {
            log.AppendTo(Commits);
        }
        disk.Put(TestLog.SegmentPath(1), other.Bytes(TestLog.SegmentPath(1)));
        Assert.Equal("GMJ005", Refusal(disk).Code.Code);
    }

    [Fact]
    public void A_record_exchanged_for_another_valid_one_breaks_the_chain()
    {
        SimulatedDisk disk = Written();
        byte[] file = [.. disk.Bytes(TestLog.SegmentPath(1))];
        int length = RecordFormat.HeaderSize + TestLog.Payload(1).Length;
        Span<byte> record = file.AsSpan(SegmentHeader.Size, length);
        record[^1] ^= 1;
        RecordFormat.Seal(record, 1, TestLog.Time(1), RecordHash.Genesis(TestLog.Instance));
        disk.Put(TestLog.SegmentPath(1), file);
        JournalReport report = JournalVerifier.Verify(disk, TestLog.Folder, TestLog.Instance, TestContext.Current.CancellationToken);
        GemelError damage = Assert.Single(report.Damage);
        Assert.Contains("commit 2 ", damage.Message, StringComparison.Ordinal);
        Assert.Throws<GemelException>(() => ReadAll(disk));
    }

    private static SimulatedDisk Written()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk);
        log.AppendTo(Commits);
        return disk.Copy();
    }

    /// <summary>Five commits, and a sixth whose append ends at the given call: 1 writes, 2 syncs, 3 writes the witness, 4 syncs it.</summary>
    private static SimulatedDisk Interrupted(int failingCall, DiskFault fault, int seed = 0)
    {
        SimulatedDisk disk = TestLog.NewDisk(seed);
        using CommitLog log = TestLog.Open(disk, TestLog.Small with { SegmentBytes = 1 << 20 });
        log.AppendTo(5);
        int failing = disk.Calls + failingCall;
        disk.Faults = call => call == failing ? fault : DiskFault.None;
        Assert.NotNull(Record.Exception(() => log.Append(6)));
        disk.Faults = null;
        return disk;
    }

    private static long[] Firsts(SimulatedDisk disk) =>
        [.. disk.List(TestLog.Folder).Select(name => SegmentHeader.TryParseName(name, out long first) ? first : 0).Where(first => first > 0)];

    private static (string Path, int Start) LastRecord(SimulatedDisk disk)
    {
        string path = TestLog.SegmentPath(Firsts(disk)[^1]);
        return (path, disk.Bytes(path).Length - RecordFormat.HeaderSize - TestLog.Payload(Commits).Length);
    }

    private static GemelError Refusal(SimulatedDisk disk) => Assert.Throws<GemelException>(() => TestLog.Open(disk)).Error;

    private static void ReadAll(SimulatedDisk disk)
    {
        using CommitLog log = TestLog.Open(disk, TestLog.FilesOnly);
        using CommitReader reader = log.ReadFrom(1);
        while (reader.TryRead(out _))
        {
        }
    }
}
