using System.Text;

namespace Gemel.Graph.Tests.Relationships;

public sealed class RelationshipStorageTests : IDisposable
{
    private readonly TestPlant _plant = new();

    public RelationshipStorageTests()
    {
        foreach (string id in (string[])["a", "b", "c", "d"])
        {
            _plant.Create(id, TestSchemas.Bare);
        }
    }

    public void Dispose() => _plant.Dispose();

    [Fact]
    public void A_relationship_is_seen_from_both_ends_at_the_commits_it_lived()
    {
        long before = _plant.Commit();
        _plant.Relate("a", "r1", "b", "{\"x\":1}");
        long first = _plant.Commit();
        _plant.Relate("a", "r1", "b", "{\"x\":2}");
        long second = _plant.Commit();
        _plant.Unrelate("a", "r1");
        long removed = _plant.Commit();
        Assert.Equal(["", "a>r1>b {\"x\":1}", "a>r1>b {\"x\":2}", ""], new[] { before, first, second, removed }.Select(c => Outgoing("a", c)));
        Assert.Equal(["", "a>r1>b {\"x\":1}", "a>r1>b {\"x\":2}", ""], new[] { before, first, second, removed }.Select(c => Incoming("b", c)));
    }

    [Fact]
    public void Lists_are_in_ordinal_order_and_may_be_narrowed_by_name()
    {
        _plant.Relate("a", "r2", "c");
        _plant.Relate("a", "r10", "b");
        long commit = _plant.Commit();
        Assert.Equal("a>r10>b, a>r2>c", Outgoing("a", commit));
        Assert.Empty(_plant.ShardOf("a").Outgoing(_plant.Living("a"), commit, "other"));
    }

    [Fact]
    public void A_relationship_put_again_with_another_target_belongs_to_the_new_one_from_then_on()
    {
        _plant.Relate("a", "r1", "b");
        long first = _plant.Commit();
        _plant.Unrelate("a", "r1");
        _plant.Relate("a", "r1", "c");
        long second = _plant.Commit();
        Assert.Equal(("a>r1>b", "a>r1>b", ""), (Outgoing("a", first), Incoming("b", first), Incoming("c", first)));
        Assert.Equal(("a>r1>c", "", "a>r1>c"), (Outgoing("a", second), Incoming("b", second), Incoming("c", second)));
        _plant.Rollback(first);
        Assert.Equal(("a>r1>b", "a>r1>b", ""), (Outgoing("a", first), Incoming("b", first), Incoming("c", first)));
        Assert.True(_plant.ShardOf("b").HasRelationships(_plant.Living("b")));
        Assert.False(_plant.ShardOf("c").HasRelationships(_plant.Living("c")));
    }

    [Fact]
    public void Rollback_takes_back_what_was_put_and_what_was_removed()
    {
        _plant.Relate("a", "r1", "b");
        long durable = _plant.Commit();
        _plant.Relate("a", "r2", "b");
        _plant.Unrelate("a", "r1");
        _plant.Commit();
        _plant.Rollback(durable);
        Assert.Equal("a>r1>b", Outgoing("a", durable + 1));
        Assert.Equal("a>r1>b", Incoming("b", durable + 1));
    }

    [Fact]
    public void Once_released_a_removed_relationship_leaves_nothing_behind()
    {
        _plant.Relate("a", "r1", "b");
        _plant.Commit();
        _plant.Unrelate("a", "r1");
        _plant.Release(_plant.Commit());
        Assert.Empty(_plant.Living("a").Adjacency!.Outgoing);
        Assert.Empty(_plant.Living("b").Adjacency!.Incoming);
    }

    [Fact]
    public void A_change_of_the_model_keeps_relationships()
    {
        _plant.Relate("a", "r1", "b");
        long first = _plant.Commit();
        _plant.ChangeModel("a", TestSchemas.Pump);
        _plant.ChangeModel("b", TestSchemas.Pump);
        long second = _plant.Commit();
        Assert.Equal("a>r1>b", Outgoing("a", second));
        Assert.Equal("a>r1>b", Incoming("b", second));
        Assert.Equal("a>r1>b", Outgoing("a", first));
    }

    private string Outgoing(string id, long commit) =>
        _plant.ShardOf(id).TryFind(id, commit, out Twin? twin) ? Show(_plant.ShardOf(id).Outgoing(twin, commit)) : "-";

    private string Incoming(string id, long commit) =>
        _plant.ShardOf(id).TryFind(id, commit, out Twin? twin) ? Show(_plant.ShardOf(id).Incoming(twin, commit)) : "-";

    private static string Show(IEnumerable<RelationshipRecord> records) =>
        string.Join(", ", records.Select(r => $"{r.SourceId}>{r.Id}>{r.TargetId} {Encoding.UTF8.GetString(r.Properties.Span)}".TrimEnd()));
}
