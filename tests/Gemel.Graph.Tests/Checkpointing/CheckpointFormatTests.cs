using System.Buffers;

namespace Gemel.Graph.Tests.Checkpointing;

public sealed class CheckpointFormatTests
{
    private const string Golden =
        "2A000000010100020000000000000003E0BE2B79A7DE080200000053020100000000000000BD0D0100000000000000B6000000020100000000000000" +
        "060001000200000070310100000000BD0D000100000000000000010000000000000002000000000000000200000001E0BE2B79A7DE08550000000000" +
        "00044000E0BE2B79A7DE0801E0BE2B79A7DE0805000000647269667424000000000000F03F000000000000000000E0BE2B79A7DE08802A1C3179A7DE" +
        "080C020000006F6E000000000000000000E0BE2B79A7DE080000D200E0BE2B79A7DE0801E0BE2B79A7DE08070000006E6F56616C75653E0000000301" +
        "00000000BD0D0001000000005302000200000072310500000066656564730100000003E0BE2B79A7DE080200000000000000070000007B2278223A31" +
        "7D3E00000002030000000000000000000100020000007033010000000053020002000000000000000200000000000000020000000000000001000000" +
        "02E0BE2B79A7DE08100000000402000000000000000100000000000000";

    [Fact]
    public void The_bytes_of_a_checkpoint_are_those_of_its_first_release()
    {
        using TestPlant plant = SamplePlant();
        Assert.Equal(Golden, Convert.ToHexString(Write(plant.ShardOf("p1"), plant.Journal.Count)));
    }

    [Fact]
    public void Golden_bytes_are_read_back()
    {
        using var plant = new TestPlant(durable: 2);
        Shard shard = plant.ShardOf("p1");
        var reader = new ShardCheckpointReader(shard, plant.Context);
        reader.Read(Convert.FromHexString(Golden));
        reader.Complete();
        Assert.Equal(2, reader.Commit);
        Assert.Equal((2.5, Quality.Uncertain, "drift"), (plant.Cell("p1", "temperature").Number(), plant.Cell("p1", "temperature").Quality, plant.Cell("p1", "temperature").Reason));
        Assert.Equal("on", plant.Cell("p1", "state").String());
        Assert.Equal(TestPlant.Start.Plus(9), plant.Cell("p1", "pressure").Source);
        Assert.Single(shard.Outgoing(plant.Living("p1"), 2));
    }

    [Fact]
    public void A_checkpoint_cut_short_anywhere_is_an_error()
    {
        byte[] whole = Convert.FromHexString(Golden);
        for (int length = 0; length < whole.Length; length++)
        {
            using var plant = new TestPlant(durable: 2);
            var reader = new ShardCheckpointReader(plant.ShardOf("p1"), plant.Context);
            reader.Read(whole.AsSpan(0, length));
            Assert.Throws<InvalidDataException>(reader.Complete);
        }
    }

    [Fact]
    public void A_newer_version_is_refused()
    {
        byte[] newer = Convert.FromHexString(Golden);
        newer[5] = 2;
        using var plant = new TestPlant();
        var reader = new ShardCheckpointReader(plant.Shards[0], plant.Context);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => reader.Read(newer));
        Assert.Equal("The checkpoint is of version 2; this program reads version 1.", error.Message);
    }

    [Fact]
    public void Changes_made_while_it_is_written_are_not_in_it()
    {
        using TestPlant plant = SamplePlant();
        Shard shard = plant.ShardOf("p1");
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new ShardCheckpointWriter(shard, 2);
        while (writer.WriteNext(bytes))
        {
            plant.Send("p1", plant.Now.Plus(bytes.WrittenCount), new Sample("temperature", (double)bytes.WrittenCount));
            plant.Commit();
        }
        using var recovered = new TestPlant(durable: 2);
        var reader = new ShardCheckpointReader(recovered.ShardOf("p1"), recovered.Context);
        reader.Read(bytes.WrittenSpan);
        reader.Complete();
        Assert.Equal(2.5, recovered.Cell("p1", "temperature").Number());
    }

    private static TestPlant SamplePlant()
    {
        var plant = new TestPlant();
        plant.Create("p1", TestSchemas.Pump, new Sample("pressure", 1.0, Source: TestPlant.Start.Plus(9)), new Sample("state", "on"));
        plant.Commit();
        plant.Send("p1", TestPlant.Start, new Sample("temperature", 2.5, Quality.Uncertain, "drift"), new Sample("log", null));
        plant.Create(SameShard(plant), TestSchemas.Bare);
        plant.Relate("p1", "r1", SameShard(plant), "{\"x\":1}");
        plant.Commit();
        return plant;
    }

    private static string SameShard(TestPlant plant) =>
        Enumerable.Range(2, 100).Select(i => $"p{i}").First(id => plant.ShardOf(id) == plant.ShardOf("p1"));

    private static byte[] Write(Shard shard, long commit)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new ShardCheckpointWriter(shard, commit);
        while (writer.WriteNext(bytes))
        {
        }
        return bytes.WrittenSpan.ToArray();
    }
}
