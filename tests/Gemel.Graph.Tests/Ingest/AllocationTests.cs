namespace Gemel.Graph.Tests.Ingest;

public sealed class AllocationTests
{
    private const int Objects = 200;

    [Fact]
    public void Ingest_of_numbers_allocates_nothing_once_it_is_warm()
    {
        using var plant = new TestPlant();
        Twin twin = plant.Create("p1", TestSchemas.Pump);
        Shard shard = plant.ShardOf("p1");
        using var writer = new SampleBatchWriter();
        long allocated = 0;
        for (int round = 0; round < 100; round++)
        {
            Fill(writer, twin, plant.Now = plant.Now.Plus(1));
            var receipt = default(IngestReceipt);
            long before = GC.GetAllocatedBytesForCurrentThread();
            shard.Ingest(writer.Written.Span, plant.Now, ref receipt);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(Objects * 2, receipt.Taken);
            shard.Release(Sealed(shard));
        }
        Assert.Equal(0, allocated);
    }

    private static long Sealed(Shard shard)
    {
        using SealedChanges changes = shard.Seal();
        return changes.Commit;
    }

    private static void Fill(SampleBatchWriter writer, Twin twin, Timestamp now)
    {
        writer.Begin("device:gw-1"u8, "mqtt"u8, now);
        for (int item = 0; item < Objects; item++)
        {
            writer.BeginObject(twin, TestSchemas.Pump, now.Add(new TimeSpan(item)), item, isAtomic: false);
            writer.Add(0, item, Quality.Good, default, Timestamp.None);
            writer.Add(4, item, Quality.Uncertain, "drift"u8, Timestamp.None);
            writer.EndObject();
        }
    }
}
