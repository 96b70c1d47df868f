namespace Gemel.Journal.Tests;

public sealed class CommitLogTests
{
    [Fact]
    public void Commits_read_back_in_order_from_files_after_a_restart()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using (CommitLog log = TestLog.Open(disk))
        {
            log.AppendTo(40);
        }
        using CommitLog again = TestLog.Open(disk);
        Assert.Equal(40, again.Last);
        Assert.Equal(TestLog.Time(40), again.Head.Time);
        Assert.Equal(new RecoverySummary(0, 0), again.Recovery);
        again.AssertHolds(1);
    }

    [Fact]
    public void Memory_and_files_give_the_same_records_from_every_commit_on()
    {
        using CommitLog inMemory = TestLog.Open(TestLog.NewDisk(), TestLog.Small with { TailBytes = 1 << 20 });
        using CommitLog inFiles = TestLog.Open(TestLog.NewDisk(), TestLog.FilesOnly);
        using CommitLog mixed = TestLog.Open(TestLog.NewDisk());
        foreach (CommitLog log in new[] { inMemory, inFiles, mixed })
        {
            log.AppendTo(60);
            for (long from = 1; from <= 61; from++)
            {
                log.AssertHolds(from);
            }
        }
        Assert.Equal(inMemory.Head, inFiles.Head);
        Assert.Equal(inMemory.Head, mixed.Head);
    }

    [Theory]
    [InlineData(1, 1L)]
    [InlineData(3, 400L)]
    [InlineData(1000, long.MaxValue)]
    public void Batches_follow_one_another_without_gap_whatever_their_size(int maxRecords, long maxBytes)
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        log.AppendTo(60);
        using CommitReader reader = log.ReadFrom(1);
        long next = 1;
        while (reader.ReadBatch(maxRecords, maxBytes) is { Count: > 0 } batch)
        {
            Assert.True(batch.Count <= maxRecords);
            foreach (CommitRecord record in batch)
            {
                Assert.Equal(next, record.Commit);
                Assert.Equal(TestLog.Payload(next++), record.Payload.ToArray());
            }
        }
        Assert.Equal(61, next);
    }

    [Fact]
    public async Task A_reader_at_the_head_waits_for_the_next_commit_and_reads_it()
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        log.AppendTo(5);
        using CommitReader reader = log.ReadFrom(6);
        Assert.False(reader.TryRead(out _));
        Task waiting = reader.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        log.Append(6);
        await waiting;
        Assert.True(reader.TryRead(out CommitRecord record));
        Assert.Equal(6, record.Commit);
    }

    [Fact]
    public async Task Closing_the_log_ends_the_waiting()
    {
        CommitLog log = TestLog.Open(TestLog.NewDisk());
        Task waiting = log.WaitAsync(1, TestContext.Current.CancellationToken);
        log.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }

    [Fact]
    public void A_payload_in_parts_is_their_concatenation()
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        log.Append(1, TestLog.Time(1), [new byte[] { 1, 2 }, ReadOnlyMemory<byte>.Empty, new byte[] { 3 }]);
        using CommitReader reader = log.ReadFrom(1);
        Assert.True(reader.TryRead(out CommitRecord record));
        Assert.Equal([1, 2, 3], record.Payload.ToArray());
    }

    [Fact]
    public void Numbers_must_be_consecutive_and_time_must_not_run_backwards()
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        log.AppendTo(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Append(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Append(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Append(4, TestLog.Time(2), ReadOnlyMemory<byte>.Empty));
        log.Append(4);
        log.AssertHolds(1);
    }

    [Fact]
    public void A_payload_beyond_the_limit_is_refused_and_changes_nothing()
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        log.Append(1, TestLog.Time(1), new byte[4096]);
        var refused = Assert.Throws<GemelException>(() => log.Append(2, TestLog.Time(2), new byte[4097]));
        Assert.Equal("GMJ023", refused.Error.Code.Code);
        Assert.Null(log.Failure);
        log.Append(2);
        Assert.Equal(2, log.Last);
    }

    [Fact]
    public void Trimming_removes_whole_files_below_and_keeps_the_rest_readable()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using (CommitLog log = TestLog.Open(disk, TestLog.FilesOnly))
        {
            log.AppendTo(40);
            using CommitReader open = log.ReadFrom(1);
            Assert.True(open.TryRead(out _));

            long first = log.TrimTo(20);

            Assert.InRange(first, 2, 20);
            Assert.Equal(first, log.First);
            log.AssertHolds(first);
            Assert.Equal("GMJ030", Assert.Throws<GemelException>(() => log.ReadFrom(first - 1)).Error.Code.Code);
            Assert.Equal("GMJ030", Assert.Throws<GemelException>(() => ReadToEnd(open)).Error.Code.Code);
            Assert.Equal(first, log.TrimTo(first));
        }
        using CommitLog again = TestLog.Open(disk);
        again.AssertHolds(again.First);
        again.TrimTo(long.MaxValue);
        Assert.InRange(again.First, 30, 40);
        Assert.DoesNotContain(TestLog.SegmentPath(1), disk.Paths);
        Assert.True(JournalVerifier.Verify(disk, TestLog.Folder, TestLog.Instance, TestContext.Current.CancellationToken).IsWhole);
    }

    [Fact]
    public void Retention_by_time_finds_a_file_before_which_all_is_older()
    {
        using CommitLog log = TestLog.Open(TestLog.NewDisk());
        Assert.Equal(1, log.FindFirstSince(TestLog.Time(5)));
        log.AppendTo(40);
        Assert.Equal(1, log.FindFirstSince(TestLog.Time(1)));
        for (long since = 2; since <= 45; since++)
        {
            long first = log.FindFirstSince(TestLog.Time(since));
            Assert.InRange(first, Math.Max(1, since - 15), since);
        }
        Assert.Equal(log.FindFirstSince(TestLog.Time(30)), log.TrimTo(log.FindFirstSince(TestLog.Time(30))));
        Assert.Equal(log.First, log.FindFirstSince(TestLog.Time(1)));
    }

    [Fact]
    public void An_append_allocates_next_to_nothing_whatever_its_size()
    {
        const int appends = 200;
        byte[] payload = new byte[20_000];
        IReadOnlyList<ReadOnlyMemory<byte>> parts = [payload.AsMemory(0, 5_000), payload.AsMemory(5_000)];
        string folder = Directory.CreateTempSubdirectory("gemel-journal-tests-").FullName;
        try
        {
            using CommitLog log = CommitLog.Open(DiskFiles.Instance, folder, TestLog.Instance, CommitLogOptions.Default with { TailBytes = 100_000 });
            for (long commit = 1; commit <= 50; commit++)
            {
                log.Append(commit, TestLog.Time(commit), parts);
            }
            // The least of some: a collection for another test takes the rest of this thread's allocation context, which counts as allocated.
            Assert.InRange(Enumerable.Range(0, 5).Min(round => Allocated(log, 51 + (round * appends))) / appends, 0, 160);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        long Allocated(CommitLog log, long first)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (long commit = first; commit < first + appends; commit++)
            {
                log.Append(commit, TestLog.Time(commit), parts);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Reading_after_a_checkpoint_of_another_past_is_refused()
    {
        SimulatedDisk disk = TestLog.NewDisk();
        using CommitLog log = TestLog.Open(disk, TestLog.FilesOnly);
        log.AppendTo(20);
        RecordHash strange = RecordHash.Genesis(Guid.Empty);
        using CommitReader fromFile = log.ReadFrom(11, strange);
        using CommitReader fromMemory = log.ReadFrom(20, strange);
        Assert.Equal("GMJ032", Assert.Throws<GemelException>(() => fromFile.TryRead(out _)).Error.Code.Code);
        Assert.Equal("GMJ032", Assert.Throws<GemelException>(() => fromMemory.TryRead(out _)).Error.Code.Code);
        Assert.Equal("GMJ032", Assert.Throws<GemelException>(() => log.ReadFrom(21, strange)).Error.Code.Code);
        Assert.Equal("GMJ031", Assert.Throws<GemelException>(() => log.ReadFrom(22)).Error.Code.Code);
        using CommitReader right = log.ReadFrom(21, log.Head.Hash);
        Assert.False(right.TryRead(out _));
    }

    private static void ReadToEnd(CommitReader reader)
    {
        while (reader.TryRead(out _))
        {
        }
    }
}
