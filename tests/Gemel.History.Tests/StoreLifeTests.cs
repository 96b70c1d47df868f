using System.Text;
using Gemel;

namespace Gemel.History.Tests;

/// <summary>Commits, sealing by age and size, back-pressure, lifecycle, retention, damaged folders.</summary>
public sealed class StoreLifeTests
{
    [Fact]
    public async Task A_commit_is_seen_whole_when_it_ends_and_not_before()
    {
        await using var test = new TestStore();
        Task seen = test.Store.WaitForCommitAsync(3, TestStore.Cancellation);
        Assert.True(test.Store.BeginCommit(3));
        test.Append([Row.Number(0, 1)]);
        Assert.Empty(test.Read());
        Assert.False(seen.IsCompleted);
        test.Append([Row.Number(1, 2)]);
        await test.Store.EndCommitAsync(TestStore.Cancellation);
        await seen;
        Assert.Equal(2, test.Read().Count);
        Assert.False(test.Store.BeginCommit(3));
    }

    [Fact]
    public async Task A_commit_that_was_aborted_is_taken_anew_without_a_row_doubled_or_lost()
    {
        await using var test = new TestStore();
        await test.CommitAsync(1, Row.String(0, "before") with { Path = "name", Reason = "first" });
        long rows = test.Store.Figures.HotRows;
        Row[] second = [.. Enumerable.Range(0, HotBlock.Rows + 10).Select(second => Row.Number(second, second) with { Claimed = TestStore.Start })];

        Assert.True(test.Store.BeginCommit(2));
        test.Append([Row.String(1, new string('x', 2 << 20)) with { Path = "name" }, .. second]);
        test.Store.Append(new LifecycleRecord { Time = TestStore.Start, Subject = LifecycleSubject.Twin, Action = LifecycleAction.Created, Id = "pump-1" });
        test.Store.AbortCommit();
        Assert.Equal(rows, test.Store.Figures.HotRows);
        Assert.Equal(1, test.Store.Commit);

        await test.CommitAsync(2, [Row.String(1, "after") with { Path = "name" }, .. second]);
        AssertWhole();
        await test.Store.SealAsync(TestStore.Cancellation);
        AssertWhole();

        void AssertWhole()
        {
            Assert.Equal(["before", "after"], test.Read("name").Select(point => Encoding.UTF8.GetString(point.Value.Text.Span)));
            Assert.Equal(["first", null], test.Read("name").Select(point => point.Reason));
            Assert.Equal(second.Length, test.Read(change: request => request with { Limit = int.MaxValue }).Count);
            Assert.Empty(test.Store.ReadLifecycle(new LifecycleRequest()));
        }
    }

    [Fact]
    public async Task A_seal_that_was_asked_for_while_a_commit_was_open_is_done_when_that_is_aborted()
    {
        await using var test = new TestStore();
        await test.CommitAsync(1, Row.Number(0, 1));
        Assert.True(test.Store.BeginCommit(2));
        Task sealing = test.Store.SealAsync(TestStore.Cancellation);
        test.Store.AbortCommit();
        await sealing.WaitAsync(TestStore.Cancellation);
        Assert.Equal(1, test.Store.DurableCommit);
    }

    [Fact]
    public async Task A_fault_of_the_program_that_ends_sealing_is_shown_as_the_stores_failure()
    {
        FaultyFiles files = new() { Fault = () => new NotSupportedException("A bug.") };
        var test = new TestStore(files: files);
        await test.CommitAsync(1, Row.Number(0, 1));
        files.FailAt(0, takesEffect: false);
        await Assert.ThrowsAsync<NotSupportedException>(() => test.Store.SealAsync(TestStore.Cancellation));
        Assert.Contains("A bug.", test.Store.Failure!.Message);
        await Assert.ThrowsAsync<NotSupportedException>(async () => await test.DisposeAsync());
        Directory.Delete(test.Folder, recursive: true);
    }

    [Fact]
    public async Task A_snapshot_taken_before_a_seal_and_a_merge_reads_on_unchanged()
    {
        await using var test = new TestStore(new HistoryOptions { CompactionFanIn = 2 });
        await test.CommitAsync(1, Row.Number(0, 1));
        await test.Store.SealAsync(TestStore.Cancellation);
        using (StoreSnapshot snapshot = test.Store.TakeSnapshot())
        {
            await test.CommitAsync(2, Row.Number(1, 2));
            await test.Store.SealAsync(TestStore.Cancellation);
            await test.Store.CompactAsync(TestStore.Cancellation);
            Assert.Equal(1, test.Store.Figures.SampleFiles);
            Assert.True(File.Exists(Path.Combine(test.Folder, Assert.Single(snapshot.Samples).Path)));
        }
        await test.Store.CompactAsync(TestStore.Cancellation);
        Assert.Single(Directory.GetFiles(Path.Combine(test.Folder, "samples"), "*.parquet", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Corrections_win_and_the_past_is_still_readable_at_its_commit()
    {
        await using var test = new TestStore(new HistoryOptions { CompactionFanIn = 2 });
        await test.CommitAsync(1, Row.Number(0, 1));
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.CommitAsync(2, Row.Number(0, 2) with { Flags = SampleFlags.Correction });
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.Store.CompactAsync(TestStore.Cancellation);
        Assert.Equal(2.0, Assert.Single(test.Read()).Value.Number);
        Assert.Equal(1.0, Assert.Single(test.Read(change: request => request with { AsOfCommit = 1 })).Value.Number);
        Assert.Equal(2, test.Store.Figures.FileRows);
    }

    [Fact]
    public async Task A_repetition_makes_no_second_row()
    {
        await using var test = new TestStore(new HistoryOptions { CompactionFanIn = 2 });
        await test.CommitAsync(1, Row.Number(0, 1));
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.CommitAsync(2, Row.Number(0, 1) with { Flags = SampleFlags.Late });
        Assert.Equal((1L, SampleFlags.None), (Assert.Single(test.Read()).Commit, test.Read()[0].Flags));
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.Store.CompactAsync(TestStore.Cancellation);
        Assert.Equal(1, test.Store.Figures.FileRows);
    }

    [Fact]
    public async Task The_lives_under_one_id_are_joined_in_time_order()
    {
        await using var test = new TestStore();
        TwinKey second = TwinKey.Create(7, 2);
        await test.CommitAsync(1, Row.Number(0, 1), Row.Number(2, 3) with { Twin = second, Unit = "bar" }, Row.Number(1, 2));
        IReadOnlyList<HistoryPoint> points = test.Read(change: request => request with { Twins = [Row.DefaultTwin, second] });
        Assert.Equal([(Row.DefaultTwin, null), (Row.DefaultTwin, null), (second, "bar")], points.Select(point => (point.Twin, point.Unit)));
    }

    [Fact]
    public async Task The_hot_table_is_sealed_when_it_is_old_even_where_nobody_writes()
    {
        await using var test = new TestStore(new HistoryOptions { HotAge = TimeSpan.FromMinutes(10) });
        await test.CommitAsync(1, Row.Number(0, 1));
        test.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(0, test.Store.Figures.WaitingTables + test.Store.Figures.SampleFiles);
        test.Clock.Advance(TimeSpan.FromMinutes(4));
        HistoryFigures figures = test.Store.Figures;
        Assert.Equal(1, figures.WaitingTables + figures.SampleFiles);
        await test.Store.SealAsync(TestStore.Cancellation);
        Assert.Equal((1L, 1), (test.Store.DurableCommit, test.Store.Figures.SampleFiles));
    }

    [Fact]
    public async Task A_commit_without_samples_moves_the_stored_position_too()
    {
        await using var test = new TestStore();
        await test.CommitAsync(5);
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.ReopenAsync();
        Assert.Equal((5L, 5L), (test.Store.DurableCommit, test.Store.Commit));
        Assert.Empty(test.Read());
    }

    [Fact]
    public async Task The_writer_is_held_back_while_sealed_tables_wait_for_the_disk()
    {
        var files = new FaultyFiles();
        await using var test = new TestStore(new HistoryOptions { HotRows = 1, WaitingTables = 2 }, files);
        files.FailAt(0, takesEffect: false);
        await test.CommitAsync(1, Row.Number(1, 1));
        await test.CommitAsync(2, Row.Number(2, 2));
        Assert.True(test.Store.BeginCommit(3));
        test.Append([Row.Number(3, 3)]);
        Task held = test.Store.EndCommitAsync(TestStore.Cancellation).AsTask();
        Assert.False(held.IsCompleted);
        Assert.Equal(3, test.Read().Count);
        files.Heal();
        Task sealing = test.Store.SealAsync(TestStore.Cancellation);
        await held;
        await sealing;
        Assert.Equal(3, test.Read().Count);
    }

    [Fact]
    public async Task A_writer_that_is_held_back_learns_that_the_store_was_closed()
    {
        var files = new FaultyFiles();
        await using var test = new TestStore(new HistoryOptions { HotRows = 1, WaitingTables = 1 }, files);
        files.FailAt(0, takesEffect: false);
        await test.CommitAsync(1, Row.Number(1, 1));
        Assert.True(test.Store.BeginCommit(2));
        test.Append([Row.Number(2, 2)]);
        Task held = test.Store.EndCommitAsync(TestStore.Cancellation).AsTask();
        await test.Store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => held);
    }

    [Fact]
    public async Task A_reader_that_waits_learns_that_the_store_was_closed()
    {
        await using var test = new TestStore();
        Task unseen = test.Store.WaitForCommitAsync(9, TestStore.Cancellation);
        await test.Store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => unseen);
    }

    [Fact]
    public async Task While_the_disk_fails_the_writer_goes_on_only_for_a_reader_who_waits_for_a_later_commit()
    {
        var files = new FaultyFiles();
        await using var test = new TestStore(new HistoryOptions { HotRows = 1, WaitingTables = 1 }, files);
        files.FailAt(0, takesEffect: false);
        await test.CommitAsync(1, Row.Number(1, 1));
        Task<bool> second = End(2);
        Assert.False(second.IsCompleted);

        Task visible = test.Store.WaitForCommitAsync(3, TestStore.Cancellation);
        Assert.False(await second);
        Task<bool> third = End(3);
        await visible;
        Assert.Equal(3, test.Read().Count);
        Assert.False(third.IsCompleted);

        files.Heal();
        Task sealing = test.Store.SealAsync(TestStore.Cancellation);
        Assert.True(await third);
        await sealing;
        Assert.Equal(3, test.Read().Count);

        Task<bool> End(int commit)
        {
            Assert.True(test.Store.BeginCommit(commit));
            test.Append([Row.Number(commit, commit)]);
            return test.Store.EndCommitAsync(TestStore.Cancellation).AsTask();
        }
    }

    [Fact]
    public async Task Readers_always_see_whole_commits_while_tables_are_sealed_and_merged()
    {
        await using var test = new TestStore(new HistoryOptions { HotRows = 200, RowGroupRows = 64, CompactionFanIn = 2, CompactedRows = 5_000 });
        using var stop = new CancellationTokenSource();
        Task<int> reading = Task.Run(() =>
        {
            int reads = 0;
            for (int seen = 0; !stop.IsCancellationRequested; reads++)
            {
                IReadOnlyList<HistoryPoint> points = test.Read();
                Assert.Equal(Enumerable.Range(0, points.Count), points.Select(point => (int)point.Value.Bits));
                Assert.Equal(0, points.Count % 10);
                Assert.InRange(points.Count, seen, 6_000);
                seen = points.Count;
            }
            return reads;
        }, TestStore.Cancellation);
        for (int commit = 1; commit <= 600; commit++)
        {
            await test.CommitAsync(commit, [.. Enumerable.Range((commit - 1) * 10, 10).Select(i => Row.Integer(i, i))]);
        }
        await test.Store.SealAsync(TestStore.Cancellation);
        await stop.CancelAsync();
        Assert.True(await reading > 0);
        Assert.Equal(6_000, test.Read().Count);
    }

    [Fact]
    public async Task Memory_stays_bounded_however_many_rows_are_appended()
    {
        const int hotRows = 4 * HotBlock.Rows;
        await using var test = new TestStore(new HistoryOptions { HotRows = hotRows, WaitingTables = 1, CompactionFanIn = 64 });
        SeriesId series = test.Store.Series.GetOrAdd(Row.DefaultTwin, "pump-1", "speed", null);
        int most = 0;
        for (int commit = 1; commit <= 500; commit++)
        {
            test.Store.BeginCommit(commit);
            for (int i = 0; i < 10_000; i++)
            {
                Timestamp time = TestStore.Start.Add(TimeSpan.FromMilliseconds((commit * 10_000L) + i));
                test.Store.Append(new Sample { Series = series, SourceTime = time, ServerTime = time, Kind = ValueKind.Integer, Bits = i });
            }
            await test.Store.EndCommitAsync(TestStore.Cancellation);
            most = Math.Max(most, test.Store.Figures.HotBlocks);
        }
        // The open table, the one that waits, and one block begun by the commit that fills a table.
        Assert.InRange(most, 4, 2 * (4 + 1));
        await test.Store.SealAsync(TestStore.Cancellation);
        Assert.Equal(5_000_000, test.Store.Figures.FileRows);
        Assert.Equal(5_000_000, Assert.Single(test.Buckets(TimeSpan.FromDays(1), BucketFunctions.Count)).Count);
    }

    [Fact]
    public async Task A_read_of_the_newest_points_opens_only_the_newest_file()
    {
        await using var test = new TestStore(new HistoryOptions { CompactionFanIn = 64 });
        for (int commit = 1; commit <= 5; commit++)
        {
            await test.CommitAsync(commit, Row.Number(commit, commit), Row.Number(commit + 0.5, commit));
            await test.Store.SealAsync(TestStore.Cancellation);
        }
        foreach (string old in Directory.GetFiles(Path.Combine(test.Folder, "samples"), "*.parquet", SearchOption.AllDirectories).Order().Take(4))
        {
            File.WriteAllText(old, "no longer Parquet");
        }
        Assert.Equal([5.5], test.Read(change: request => request with { Limit = 1, IsDescending = true }).Select(point => (point.Time - TestStore.Start).TotalSeconds));
        GemelException error = Assert.Throws<GemelException>(() => test.Read());
        Assert.Equal("GMH004", error.Error.Code.Code);
    }

    [Fact]
    public async Task Lifecycle_records_come_back_in_order_of_commits_from_memory_and_merged_files()
    {
        await using var test = new TestStore(new HistoryOptions { CompactionFanIn = 2 });
        List<LifecycleRecord> expected = [];
        for (int commit = 1; commit <= 5; commit++)
        {
            var twin = new LifecycleRecord { Time = TestStore.Start.Add(TimeSpan.FromSeconds(commit)), Subject = LifecycleSubject.Twin, Action = LifecycleAction.Replaced, Id = $"pump-{commit}", Key = TwinKey.Create(4_095, 99), Model = "dtmi:a;1", Document = """{"$dtId":"é"}""" };
            var relationship = new LifecycleRecord { Time = TestStore.Start, Subject = LifecycleSubject.Relationship, Action = LifecycleAction.Deleted, Id = "r1", Source = "a", Target = "b", Name = "feeds" };
            Assert.True(test.Store.BeginCommit(commit));
            test.Store.Append(twin);
            test.Store.Append(relationship);
            await test.Store.EndCommitAsync(TestStore.Cancellation);
            expected.AddRange([twin with { Commit = commit }, relationship with { Commit = commit }]);
            if (commit < 5)
            {
                await test.Store.SealAsync(TestStore.Cancellation);
            }
        }
        await test.Store.CompactAsync(TestStore.Cancellation);
        Assert.Equal(1, test.Store.Figures.LifecycleFiles);
        Assert.Equal(expected, test.Store.ReadLifecycle(new LifecycleRequest()));
        Assert.Equal(expected.Where(record => record.Id == "pump-3"), test.Store.ReadLifecycle(new LifecycleRequest { Id = "pump-3" }));
        Assert.Equal(expected[4..8], test.Store.ReadLifecycle(new LifecycleRequest { FromCommit = 3, ToCommit = 4 }));
    }

    [Fact]
    public async Task Files_older_than_the_retention_are_dropped()
    {
        await using var test = new TestStore(new HistoryOptions { Retention = TimeSpan.FromDays(30) });
        await test.CommitAsync(1, Row.Number(-10 * 86_400, 1), Row.Number(0, 2));
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.Store.CompactAsync(TestStore.Cancellation);
        Assert.Equal(2.0, Assert.Single(test.Read()).Value.Number);
        Assert.Equal(1, test.Store.Figures.SampleFiles);
    }

    [Fact]
    public async Task A_file_goes_once_its_newest_sample_is_older_than_the_retention_and_not_a_moment_before_also_where_nobody_writes()
    {
        await using var test = new TestStore(new HistoryOptions { Retention = TimeSpan.FromDays(30), HotAge = TimeSpan.FromMinutes(4) });
        await test.CommitAsync(1, Row.Number(0, 1), Row.Number(60, 2));
        await test.Store.SealAsync(TestStore.Cancellation);
        // The newest sample is of 00:01:00; the clock stands at 23 November.
        test.Clock.Advance(new DateTimeOffset(TestStore.Start.Ticks, TimeSpan.Zero) + TimeSpan.FromSeconds(60) + TimeSpan.FromDays(30) - test.Clock.GetUtcNow());
        await test.Store.CompactAsync(TestStore.Cancellation);
        Assert.Equal(2, test.Read().Count);

        // By the timer that looks at ages; what it wakes runs on its own.
        test.Clock.Advance(TimeSpan.FromMinutes(1));
        while (test.Store.Figures.SampleFiles > 0)
        {
            await Task.Yield();
        }
        Assert.Empty(test.Read());
    }

    [Theory]
    [InlineData("manifest.json", "GMH002")]
    [InlineData("series.bin", "GMH007")]
    public async Task A_flipped_bit_stops_the_start_with_a_clear_error(string file, string code)
    {
        await using var test = new TestStore();
        await test.CommitAsync(1, Row.Number(0, 1));
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.Store.DisposeAsync();
        string path = Path.Combine(test.Folder, file);
        byte[] bytes = await File.ReadAllBytesAsync(path, TestStore.Cancellation);
        bytes[^5] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestStore.Cancellation);
        GemelException error = Assert.Throws<GemelException>(() => HistoryStore.Open(test.Folder, new HistoryOptions(), test.Clock));
        Assert.Equal(code, error.Error.Code.Code);
        Assert.Contains(file, error.Message);
    }

    [Fact]
    public async Task A_missing_file_and_a_newer_format_stop_the_start()
    {
        await using var test = new TestStore();
        await test.CommitAsync(1, Row.Number(0, 1));
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.Store.DisposeAsync();
        string manifest = Path.Combine(test.Folder, "manifest.json");
        string text = await File.ReadAllTextAsync(manifest, TestStore.Cancellation);
        await File.WriteAllTextAsync(manifest, text.Replace("\"format\":2", "\"format\":3", StringComparison.Ordinal), TestStore.Cancellation);
        Assert.Equal("GMH003", Assert.Throws<GemelException>(() => HistoryStore.Open(test.Folder, new HistoryOptions(), test.Clock)).Error.Code.Code);
        await File.WriteAllTextAsync(manifest, text, TestStore.Cancellation);
        File.Delete(Directory.GetFiles(Path.Combine(test.Folder, "samples"), "*.parquet", SearchOption.AllDirectories)[0]);
        Assert.Equal("GMH004", Assert.Throws<GemelException>(() => HistoryStore.Open(test.Folder, new HistoryOptions(), test.Clock)).Error.Code.Code);
    }

    [Fact]
    public void An_option_out_of_range_is_named_with_its_value()
    {
        GemelException error = Assert.Throws<GemelException>(() => HistoryStore.Open(Path.GetTempPath(), new HistoryOptions { HotRows = 0 }, TimeProvider.System));
        Assert.Contains("History:HotRows is 0", error.Message);
    }
}
