using Gemel.Graph;

namespace Gemel.Cluster.Tests;

public sealed class CommitTests
{
    private static readonly InstanceOptions FourShards = new() { Shards = 4 };

    [Fact]
    public async Task An_acknowledged_twin_is_shown_at_once_and_after_a_restart()
    {
        TestInstance before = await TestInstance.StartAsync(FourShards);
        WriteReceipt receipt = await before.PutPumpAsync("p1", speed: 1450.5);
        string? shown = before.Read("p1");
        Assert.Contains("1450.5", shown);
        Assert.True(before.Instance.DurableCommit >= receipt.Commit);

        await using TestInstance after = await TestInstance.ReopenAsync(await before.StopAsync(), FourShards);
        Assert.Equal(shown, after.Read("p1"));
    }

    [Fact]
    public async Task Writers_that_come_together_share_commits_and_all_are_acknowledged()
    {
        const int writers = 200;
        await using TestInstance instance = await TestInstance.StartAsync(FourShards);
        long before = instance.Instance.DurableCommit;
        WriteReceipt[] receipts = await Task.WhenAll(Enumerable.Range(0, writers).Select(i => instance.PutPumpAsync($"p{i}", i)));
        long commits = instance.Instance.DurableCommit - before;
        Assert.InRange(commits, 1, writers - 1);
        Assert.All(receipts, receipt => Assert.InRange(receipt.Commit, before + 1, before + commits));
        Assert.Equal(writers, instance.Instance.Twins.Count);
    }

    [Fact]
    public async Task A_relationship_between_two_shards_lies_in_one_commit_and_is_seen_from_both_ends()
    {
        TestInstance before = await TestInstance.StartAsync(FourShards);
        // Ids that hash to different shards.
        (string source, string target) = ("p1", Enumerable.Range(2, 100).Select(i => $"p{i}").First(id => ShardOf(id) != ShardOf("p1")));
        await before.PutPumpAsync(source);
        await before.PutPumpAsync(target);
        Assert.True((await before.RelateAsync(source, "r1", target)).IsSuccess);

        await using TestInstance after = await TestInstance.ReopenAsync(await before.StopAsync(), FourShards);
        Assert.Equal("r1", Assert.Single(after.Instance.Twins.Outgoing(TwinId.Create(source), null).Value).Id.Value);
        Assert.Equal(source, Assert.Single(after.Instance.Twins.Incoming(TwinId.Create(target)).Value).SourceId.Value);
        Outcome<WriteReceipt> deletion = await after.Instance.Twins.DeleteAsync(TwinId.Create(target), WriteCondition.None, TestInstance.Tester, TestInstance.Cancelled);
        Assert.Equal("RelationshipsNotDeleted", deletion.Errors[0].Code.AzureCode);
    }

    [Fact]
    public async Task A_full_disk_refuses_changes_shows_what_was_durable_and_lets_writers_in_again_once_there_is_room()
    {
        FailingFiles disk = new();
        await using TestInstance instance = await TestInstance.StartAsync(FourShards with { Files = disk });
        await instance.PutPumpAsync("p1", speed: 1);
        string? durable = instance.Read("p1");

        disk.IsFull = true;
        GemelException refused = await Assert.ThrowsAsync<GemelException>(() => instance.PutPumpAsync("p1", speed: 2));
        Assert.Equal("GMC001", refused.Error.Code.Code);
        Assert.True(refused.IsRetryable);
        Assert.Equal(durable, instance.Read("p1"));
        Assert.Equal(InstancePhase.ReadOnly, instance.Instance.Status.Phase);
        await Assert.ThrowsAsync<GemelException>(() => instance.PutPumpAsync("p2"));
        Assert.Null(instance.Read("p2"));

        disk.IsFull = false;
        await TestInstance.EventuallyAsync(() => instance.Instance.Status.Phase == InstancePhase.Ready);
        await instance.PutPumpAsync("p1", speed: 3);
        Assert.Contains("\"speed\":3", instance.Read("p1"));
    }

    [Fact]
    public async Task A_checkpoint_and_the_commits_after_it_make_the_same_state_again()
    {
        InstanceOptions often = FourShards with { CheckpointInterval = TimeSpan.FromMilliseconds(1) };
        TestInstance before = await TestInstance.StartAsync(often);
        for (int i = 0; i < 20; i++)
        {
            await before.PutPumpAsync($"p{i}", i);
        }
        await before.RelateAsync("p1", "r", "p2");
        await TestInstance.EventuallyAsync(() => before.Instance.Status.Followers.Single(f => f.Name == "checkpoint").Position > 0);
        await before.PutPumpAsync("p1", speed: 99);
        string?[] shown = [.. Enumerable.Range(0, 20).Select(i => before.Read($"p{i}"))];

        await using TestInstance after = await TestInstance.ReopenAsync(await before.StopAsync(), often);
        Assert.Equal(shown, Enumerable.Range(0, 20).Select(i => after.Read($"p{i}")));
        Assert.Single(after.Instance.Twins.Incoming(TwinId.Create("p2")).Value);
        Assert.True(after.Instance.Catalog.Models.TryGet(new ModelId(TestInstance.PumpModel), out _));
    }

    private static int ShardOf(string id) => ShardSet.NumberOf(Slots.Of(id), FourShards.Shards);
}
