namespace Gemel.Graph.Tests.Undo;

public sealed class SnapshotTests : IDisposable
{
    private static readonly Timestamp T0 = TestPlant.Start;
    private readonly TestPlant _plant = new();

    public void Dispose() => _plant.Dispose();

    [Fact]
    public void A_reader_at_a_commit_sees_that_commit_whatever_comes_after()
    {
        _plant.Create("p1", TestSchemas.Pump, new Sample("temperature", 1.0), new Sample("state", "off"));
        long first = _plant.Commit();
        _plant.Send("p1", T0.Plus(1), new Sample("temperature", 2.0, Quality.Uncertain, "drift"), new Sample("state", "on"));
        long second = _plant.Commit();
        _plant.Send("p1", T0.Plus(2), new Sample("temperature", 3.0));
        Assert.Equal((1.0, "off", Quality.Good), (_plant.Cell("p1", "temperature", first).Number(), _plant.Cell("p1", "state", first).String(), _plant.Cell("p1", "temperature", first).Quality));
        Assert.Equal((2.0, "on", "drift"), (_plant.Cell("p1", "temperature", second).Number(), _plant.Cell("p1", "state", second).String(), _plant.Cell("p1", "temperature", second).Reason));
        Assert.Equal(3.0, _plant.Cell("p1", "temperature").Number());
        Assert.Equal([1u, 2u, 3u], [_plant.Read("p1", first)!.Version, _plant.Read("p1", second)!.Version, _plant.Read("p1")!.Version]);
    }

    [Fact]
    public void A_deleted_twin_is_still_there_for_earlier_readers_and_its_row_is_free_once_released()
    {
        Twin twin = _plant.Create("p1", TestSchemas.Pump, new Sample("temperature", 1.0));
        long created = _plant.Commit();
        _plant.Delete("p1");
        long deleted = _plant.Commit();
        Assert.Null(_plant.Read("p1", deleted));
        Assert.Null(_plant.ShardOf("p1").Directory.Find("p1"));
        Assert.Equal(1.0, _plant.Cell("p1", "temperature", created).Number());
        _plant.Release(deleted);
        Assert.Equal(0, _plant.ShardOf("p1").Directory.Count);
        Twin again = _plant.Create("p1", TestSchemas.Pump);
        Assert.Equal(twin.Row, again.Row);
        Assert.False(_plant.Cell("p1", "temperature").IsSet);
    }

    [Fact]
    public void A_row_is_not_reused_while_a_reader_may_still_see_its_twin()
    {
        Twin twin = _plant.Create("p1", TestSchemas.Pump, new Sample("temperature", 1.0));
        long created = _plant.Commit();
        _plant.Delete("p1");
        long deleted = _plant.Commit();
        _plant.Release(created);
        Twin again = _plant.Create("p1", TestSchemas.Pump, new Sample("temperature", 2.0));
        Assert.NotEqual(twin.Row, again.Row);
        Assert.NotEqual(twin.Key, again.Key);
        Assert.Equal(1.0, _plant.Cell("p1", "temperature", created).Number());
        Assert.Null(_plant.Read("p1", deleted));
        Assert.Equal(2.0, _plant.Cell("p1", "temperature").Number());
    }

    [Fact]
    public void Earlier_readers_see_the_model_a_twin_had_then()
    {
        _plant.Create("p1", TestSchemas.Pump, new Sample("temperature", 1.0), new Sample("pressure", 2.0), new Sample("state", "on"));
        _plant.Send("p1", T0, new Sample("vibration", 0.5));
        long before = _plant.Commit();
        _plant.ChangeModel("p1", TestSchemas.SmartPump, new Sample("power", 9.0));
        long after = _plant.Commit();
        Assert.Equal("dtmi:test:Pump;1", _plant.Read("p1", before)!.Schema.Model.Value);
        Assert.Equal(2.0, _plant.Cell("p1", "pressure", before).Number());
        Assert.Equal("dtmi:test:Pump;2", _plant.Read("p1", after)!.Schema.Model.Value);
        Assert.Equal((9.0, 1.0, "on", 0.5), (_plant.Cell("p1", "power").Number(), _plant.Cell("p1", "temperature").Number(), _plant.Cell("p1", "state").String(), _plant.Cell("p1", "vibration").Number()));
        Assert.False(_plant.Cell("p1", "pressure").IsSet);
        Assert.Equal(_plant.Read("p1", before)!.Key, _plant.Read("p1", after)!.Key);
    }

    [Fact]
    public void A_replacement_clears_what_it_does_not_set_and_keeps_telemetry()
    {
        _plant.Create("p1", TestSchemas.Pump, new Sample("temperature", 1.0), new Sample("pressure", 2.0));
        _plant.Send("p1", T0, new Sample("vibration", 0.5), new Sample("pressure", 2.5));
        _plant.Replace("p1", TestSchemas.Pump, new Sample("temperature", 3.0));
        Assert.Equal((3.0, false, 0.5), (_plant.Cell("p1", "temperature").Number(), _plant.Cell("p1", "pressure").IsSet, _plant.Cell("p1", "vibration").Number()));
    }

    [Fact]
    public void Rollback_takes_back_cells_lives_models_and_pending_bytes()
    {
        _plant.Create("p1", TestSchemas.Pump, new Sample("temperature", 1.0));
        _plant.Create("p2", TestSchemas.Pump);
        _plant.Create("p3", TestSchemas.Pump, new Sample("temperature", 1.0));
        long durable = _plant.Commit();
        _plant.Send("p1", T0.Plus(1), new Sample("temperature", 2.0));
        _plant.Delete("p2");
        _plant.Create("p4", TestSchemas.Pump);
        _plant.Commit();
        _plant.ChangeModel("p3", TestSchemas.SmartPump);
        _plant.Create("p2", TestSchemas.Bare);
        _plant.Rollback(durable);
        Assert.Equal(1.0, _plant.Cell("p1", "temperature").Number());
        Assert.Equal(TestSchemas.Pump, _plant.Living("p2").Schema);
        Assert.Equal(TestSchemas.Pump, _plant.Living("p3").Schema);
        Assert.Null(_plant.Read("p4"));
        Assert.All(_plant.Shards, s => Assert.False(s.HasPending));
        Assert.All(_plant.Shards, s => Assert.Equal(durable + 1, s.PendingCommit));
    }

    [Fact]
    public void A_rolled_back_creation_never_leaves_its_key_to_another_life()
    {
        Twin first = _plant.Create("p1", TestSchemas.Pump);
        _plant.Rollback(0);
        Assert.NotEqual(first.Key, _plant.Create("p1", TestSchemas.Pump).Key);
    }
}
