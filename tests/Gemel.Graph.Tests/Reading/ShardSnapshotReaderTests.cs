namespace Gemel.Graph.Tests.Reading;

public sealed class ShardSnapshotReaderTests
{
    [Fact]
    public void Chunks_hold_the_rows_that_lived_at_the_commit_with_the_values_they_had()
    {
        using var plant = new TestPlant();
        string[] ids = [.. Enumerable.Range(0, 1500).Select(i => $"p{i}")];
        foreach (string id in ids)
        {
            plant.Create(id, TestSchemas.Pump, new Sample("temperature", 1.0), new Sample("state", id));
        }
        long first = plant.Commit();
        foreach (string id in ids.Where((_, i) => i % 3 == 0))
        {
            plant.Send(id, TestPlant.Start.Plus(1), new Sample("temperature", 2.0), new Sample("state", "moved"));
        }
        foreach (string id in ids.Where((_, i) => i % 10 == 1))
        {
            plant.Delete(id);
        }
        plant.ChangeModel("p2", TestSchemas.SmartPump);
        long second = plant.Commit();

        Dictionary<string, (double, string)> before = Scan(plant, first);
        Assert.Equal(ids.Order(), before.Keys.Order());
        Assert.All(before, row => Assert.Equal((1.0, row.Key), row.Value));

        Dictionary<string, (double, string)> after = Scan(plant, second);
        Assert.Equal(ids.Where((_, i) => i % 10 != 1 && i != 2).Order(), after.Keys.Order());
        Assert.Equal((2.0, "moved"), after["p3"]);
        Assert.Equal((1.0, "p4"), after["p4"]);
    }

    [Fact]
    public void Details_are_those_of_the_commit()
    {
        using var plant = new TestPlant();
        plant.Create("p1", TestSchemas.Pump);
        plant.Send("p1", TestPlant.Start, new Sample("temperature", 1.0, Quality.Uncertain));
        long first = plant.Commit();
        plant.Send("p1", TestPlant.Start.Plus(1), new Sample("temperature", 2.0));
        plant.Commit();
        Shard shard = plant.ShardOf("p1");
        var buffer = new ChunkBuffer { WithDetails = true };
        Assert.Equal(1, new ShardSnapshotReader(shard, first).ReadChunk(shard.Tables[0], 0, [0, 1], buffer));
        ColumnBuffer temperature = buffer.Columns[0];
        Assert.Equal((true, Quality.Uncertain, TestPlant.Start.Ticks), (temperature.HasValue[0], temperature.Qualities[0], temperature.Sources[0]));
        Assert.False(buffer.Columns[1].HasValue[0]);
    }

    private static Dictionary<string, (double, string)> Scan(TestPlant plant, long commit)
    {
        var rows = new Dictionary<string, (double, string)>();
        var buffer = new ChunkBuffer();
        int[] columns = [0, 2];
        foreach (Shard shard in plant.Shards)
        {
            var reader = new ShardSnapshotReader(shard, commit);
            foreach (TwinTable table in reader.Tables.Where(t => t.Schema.Id == TestSchemas.Pump.Id))
            {
                for (int chunk = 0; chunk < table.ChunkCount; chunk++)
                {
                    int count = reader.ReadChunk(table, chunk, columns, buffer);
                    for (int row = 0; row < count; row++)
                    {
                        rows.Add(buffer.Twins[row].Id.Value, (BitConverter.Int64BitsToDouble(buffer.Columns[0].Bits[row]), System.Text.Encoding.UTF8.GetString(buffer.Columns[1].Texts[row]!)));
                    }
                }
            }
        }
        return rows;
    }
}
