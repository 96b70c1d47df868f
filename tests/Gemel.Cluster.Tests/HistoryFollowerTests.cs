using Gemel.Graph;
using Gemel.History;
using Gemel.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gemel.Cluster.Tests;

public sealed class HistoryFollowerTests
{
    [Fact]
    public async Task A_commit_at_which_it_failed_half_way_is_taken_whole_when_it_comes_again()
    {
        Catalog catalog;
        List<CommitRecord> records;
        await using TestInstance instance = await TestInstance.StartAsync(new InstanceOptions { Shards = 1 });
        await instance.PutPumpAsync("p1");
        await instance.PutValveAsync("p2");
        using (IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test"))
        {
            await instance.SendAsync(session, ("p1", """{"flow":1}"""), ("p2", """{"flow":2}"""));
            await instance.SendAsync(session, ("p1", """{"flow":3}"""));
        }
        (catalog, records) = (instance.Instance.Catalog, instance.ReadJournal());
        CommitRecord wave = records[^2];

        string folder = Path.Combine(instance.Folder, "another-history");
        await using HistoryStore store = HistoryStore.Open(folder, new HistoryOptions(), TimeProvider.System);
        ShardSet nobody = new([new Shard(new ShardOptions(), durableCommit: 0, default)]);
        await Follower(() => catalog).ApplyAsync([.. records.Where(record => record.Commit < wave.Commit)], TestInstance.Cancelled);
        int asked = 0;
        HistoryFollower failing = Follower(() => ++asked == 2 ? throw new IOException("The disk went away.") : catalog);
        await Assert.ThrowsAsync<IOException>(async () => await failing.ApplyAsync([wave, records[^1]], TestInstance.Cancelled));
        Assert.Equal(wave.Commit - 1, store.Commit);
        await failing.ApplyAsync([wave, records[^1]], TestInstance.Cancelled);

        Assert.Equal(records[^1].Commit, store.Commit);
        Assert.Equal([1.0, 2.0, 3.0], Flows(store));

        HistoryFollower Follower(Func<Catalog> models) =>
            new(store, models, new TwinNames(nobody, store), new BackPressure(long.MaxValue, since: 0), NullLogger.Instance);
    }

    [Fact]
    public async Task What_it_takes_for_a_reader_while_the_disk_fails_still_holds_ingest_back()
    {
        await using TestInstance instance = await TestInstance.StartAsync(new InstanceOptions { Shards = 1 });
        await instance.PutPumpAsync("p1");
        using (IIngestSession session = instance.Instance.Ingest.Open(TestInstance.Administrator, "test"))
        {
            for (int flow = 0; flow < 5; flow++)
            {
                await instance.SendAsync(session, ("p1", $$"""{"flow":{{flow}}}"""));
            }
        }
        List<CommitRecord> records = instance.ReadJournal();
        string folder = Path.Combine(instance.Folder, "another-history");
        await using HistoryStore store = HistoryStore.Open(folder, new HistoryOptions { HotRows = 1, WaitingTables = 1 }, TimeProvider.System);
        ShardSet nobody = new([new Shard(new ShardOptions(), durableCommit: 0, default)]);
        BackPressure backPressure = new(maxBytes: 0, since: 0);
        records.ForEach(record => backPressure.Committed(record.Payload.Length));
        HistoryFollower follower = new(store, () => instance.Instance.Catalog, new TwinNames(nobody, store), backPressure, NullLogger.Instance);

        Directory.Move(folder, folder + ".away");
        File.WriteAllText(folder, "The disk is gone.");
        Task applying = follower.ApplyAsync(records, TestInstance.Cancelled).AsTask();
        await store.WaitForCommitAsync(records[^1].Commit, TestInstance.Cancelled);
        Assert.Equal([0.0, 1.0, 2.0, 3.0, 4.0], Flows(store));
        Assert.False(applying.IsCompleted);
        Assert.False(backPressure.WaitAsync(TestInstance.Cancelled).IsCompleted);

        File.Delete(folder);
        Directory.Move(folder + ".away", folder);
        await store.SealAsync(TestInstance.Cancelled);
        await applying;
        Assert.Equal(0, backPressure.WaitingBytes);
    }

    private static IEnumerable<double> Flows(HistoryStore store)
    {
        TwinKey[] twins = [.. store.ReadLifecycle(new LifecycleRequest { Subject = Gemel.History.LifecycleSubject.Twin }).Select(record => record.Key)];
        HistoryRequest all = new() { Twins = twins, Paths = ["flow"], From = new Timestamp(1), To = new Timestamp(DateTime.MaxValue.Ticks) };
        return store.ReadRaw(all, TestInstance.Cancelled).Single().Points.Select(point => point.Value.Number).Order();
    }
}
