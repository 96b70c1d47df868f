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

    private static IEnumerable<double> Flows(HistoryStore store)
    {
        TwinKey[] twins = [.. store.ReadLifecycle(new LifecycleRequest { Subject = Gemel.History.LifecycleSubject.Twin }).Select(record => record.Key)];
        HistoryRequest all = new() { Twins = twins, Paths = ["flow"], From = new Timestamp(1), To = new Timestamp(DateTime.MaxValue.Ticks) };
        return store.ReadRaw(all, TestInstance.Cancelled).Single().Points.Select(point => point.Value.Number).Order();
    }
}
