using Gemel.Graph;
using Gemel.Journal;

namespace Gemel.Cluster.Tests;

public sealed class CheckpointTests
{
    [Fact]
    public async Task A_checkpoint_begun_between_the_catalogs_turn_and_the_clocks_holds_both_of_one_commit()
    {
        using CommitBench bench = new();
        await bench.PutDeviceAsync("d1");
        Task? checkpoint = null;
        bench.Catalog.Published += (_, _) => checkpoint = bench.Checkpointer.WriteAsync(TestInstance.Cancelled);
        await bench.PutDeviceAsync("d2");
        await checkpoint!;

        Assert.Equal(bench.Catalog.Durable.Commit, bench.Checkpoints.Latest!.Commit);
        RecoveredState recovered = bench.Recover();
        Assert.Equal(["d1", "d2"], recovered.Catalog.Durable.Devices.Keys);
        Assert.Equal(bench.Catalog.Durable.Commit, recovered.Catalog.Durable.Commit);
    }

    [Fact]
    public async Task A_checkpoint_that_the_disk_refuses_fails_as_such_and_the_next_one_succeeds()
    {
        using CommitBench bench = new();
        await bench.PutDeviceAsync("d1");
        bench.Disk.IsFull = true;
        GemelException refused = await Assert.ThrowsAsync<GemelException>(() => bench.Checkpointer.WriteAsync(TestInstance.Cancelled));
        Assert.True(refused.IsRetryable);
        Assert.Null(bench.Checkpoints.Latest);

        bench.Disk.IsFull = false;
        await bench.Checkpointer.WriteAsync(TestInstance.Cancelled);
        Assert.Equal(1, bench.Checkpoints.Latest!.Commit);
    }

    [Fact]
    public async Task After_the_stop_no_checkpoint_is_begun_for_the_shards_are_freed_next()
    {
        using CommitBench bench = new();
        await bench.PutDeviceAsync("d1");
        await bench.Checkpointer.DisposeAsync();
        GemelException refused = await Assert.ThrowsAsync<GemelException>(() => bench.Checkpointer.WriteAsync(TestInstance.Cancelled));
        Assert.Equal(ClusterErrors.Stopping, refused.Error.Code);
        Assert.Null(bench.Checkpoints.Latest);
    }

    [Fact]
    public async Task A_catalog_that_did_not_change_is_not_written_again()
    {
        using CommitBench bench = new();
        await bench.AddModelAsync();
        await bench.PutDeviceAsync("d1");
        await bench.Checkpointer.WriteAsync(TestInstance.Cancelled);
        string first = CatalogFile();
        await bench.PutTwinAsync("p1");
        await bench.Checkpointer.WriteAsync(TestInstance.Cancelled);
        Assert.Equal((3L, first), (bench.Checkpoints.Latest!.Commit, CatalogFile()));
        Assert.Equal(["d1"], bench.Recover().Catalog.Durable.Devices.Keys);

        await bench.PutDeviceAsync("d2");
        await bench.Checkpointer.WriteAsync(TestInstance.Cancelled);
        Assert.NotEqual(first, CatalogFile());
        Assert.Equal(["d1", "d2"], bench.Recover().Catalog.Durable.Devices.Keys);

        string CatalogFile() => bench.Checkpoints.Latest!.FindPart(Recovery.CatalogPart)!.File;
    }

    [Fact]
    public async Task Every_flipped_bit_of_a_part_is_told_as_damage_of_its_file_whatever_the_bytes_led_to()
    {
        using CommitBench bench = new();
        await bench.AddModelAsync();
        await bench.PutTwinAsync("p1");
        await bench.PutTwinAsync("p2");
        await bench.Checkpointer.WriteAsync(TestInstance.Cancelled);
        foreach (CheckpointPart part in bench.Checkpoints.Latest!.Parts)
        {
            string path = bench.PathOf(part);
            byte[] bytes = await File.ReadAllBytesAsync(path, TestInstance.Cancelled);
            for (int bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                await File.WriteAllBytesAsync(path, bytes, TestInstance.Cancelled);
                GemelException damaged = Assert.Throws<GemelException>(bench.Recover);
                Assert.Equal(JournalErrors.CheckpointDamaged, damaged.Error.Code);
                Assert.Contains(path, damaged.Message, StringComparison.Ordinal);
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
            await File.WriteAllBytesAsync(path, bytes, TestInstance.Cancelled);
        }
        Assert.Equal(2, bench.Recover().Shards.All[0].Directory.Count);
    }

    [Fact]
    public async Task Commits_of_twins_and_of_the_catalog_are_replayed_in_their_order()
    {
        using CommitBench bench = new();
        await bench.AddModelAsync();
        for (int i = 0; i < 40; i++)
        {
            await bench.PutTwinAsync($"p{i}");
            await bench.PutTwinAsync($"q{i}");
            await bench.PutDeviceAsync($"d{i}");
        }
        RecoveredState recovered = bench.Recover();
        Assert.Equal((80, 40), (recovered.Shards.All[0].Directory.Count, recovered.Catalog.Durable.Devices.Count));
    }

    [Fact]
    public async Task A_checkpoint_that_lies_beyond_the_journal_is_refused()
    {
        using CommitBench newer = new();
        await newer.PutDeviceAsync("d1");
        await newer.Checkpointer.WriteAsync(TestInstance.Cancelled);
        using CommitBench older = new();

        GemelException refused = Assert.Throws<GemelException>(
            () => new Recovery(new InstanceOptions(), newer.Clock).Run(older.Log, newer.Checkpoints, TestInstance.Cancelled));
        Assert.Equal(JournalErrors.CommitAhead, refused.Error.Code);
    }

    [Fact]
    public async Task A_change_after_the_last_commit_is_refused_as_stopping()
    {
        using CommitBench bench = new();
        await bench.PutDeviceAsync("d1");
        bench.Committer.Dispose();

        GemelException refused = await Assert.ThrowsAsync<GemelException>(() => bench.PutDeviceAsync("d2"));
        Assert.Equal(ClusterErrors.Stopping, refused.Error.Code);
        Assert.Equal(1, bench.Log.Last);
    }

    [Fact]
    public async Task A_write_that_entered_before_the_stop_and_came_too_late_for_the_last_commit_ends_too()
    {
        using CommitBench bench = new();
        await bench.PutDeviceAsync("d1");
        bench.Committer.Dispose();

        // As the grain does it when the stop falls between its check and its gate.
        Task<long> late;
        lock (bench.Catalog.Gate)
        {
            late = bench.Committer.Current.Durable;
        }
        GemelException refused = await Assert.ThrowsAsync<GemelException>(() => late);
        Assert.Equal(ClusterErrors.Stopping, refused.Error.Code);
    }
}
