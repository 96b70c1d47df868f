using System.Collections.Immutable;
using System.Text;
using BenchmarkDotNet.Attributes;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Microbench;

/// <summary>One shard on one core: objects of three doubles for 10,000 twins, in batches of 256, with journal bytes, undo,
/// a sealed commit and its release per 16 batches. Time and bytes allocated are per object.</summary>
[MemoryDiagnoser]
public class IngestBenchmark
{
    private const int Twins = 10_000;
    private const int ObjectsPerBatch = 256;
    private const int BatchesPerCommit = 16;
    internal const int Objects = 40 * ObjectsPerBatch;

    private readonly byte[][] _batches = new byte[Objects / ObjectsPerBatch][];
    private Shard _shard = null!;
    private Timestamp _now;
    private long _journaled;

    [GlobalSetup]
    public void Setup()
    {
        _now = new Timestamp(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);
        _shard = new Shard(new ShardOptions(), durableCommit: 0, startedAt: _now);
        TwinSchema schema = Schema();
        var actor = new Actor("key:admin", "http");
        _shard.Writes.BeginGroup(actor, _now);
        Twin[] twins = new Twin[Twins];
        for (int i = 0; i < Twins; i++)
        {
            twins[i] = _shard.Writes.BeginCreateTwin(TwinId.Create($"pump-{i}"), schema);
            _shard.Writes.EndTwin();
        }
        _shard.Writes.EndGroup();
        Commit();
        FillBatches(twins, schema);
    }

    [Benchmark(OperationsPerInvoke = Objects)]
    public long Ingest()
    {
        for (int i = 0; i < _batches.Length; i++)
        {
            _now = new Timestamp(_now.Ticks + (ObjectsPerBatch * 2));
            var receipt = default(IngestReceipt);
            Move(_batches[i]);
            _shard.Ingest(_batches[i], _now, ref receipt);
            if (receipt.Taken != ObjectsPerBatch * 3)
            {
                throw new InvalidOperationException($"Only {receipt.Taken} values were taken.");
            }
            if ((i + 1) % BatchesPerCommit == 0)
            {
                Commit();
            }
        }
        Commit();
        return _journaled;
    }

    [GlobalCleanup]
    public void Cleanup() => _shard.Dispose();

    private void Commit()
    {
        using SealedChanges changes = _shard.Seal();
        _journaled += changes.Payload.Length;
        _shard.Release(changes.Commit);
    }

    /// <summary>Gives the objects of a batch new source times, in place: the layout is that of <see cref="SampleBatchWriter"/>.</summary>
    private void Move(byte[] batch)
    {
        int at = SampleBatchFormat.HeaderBytes + "device:gw-1".Length + "mqtt".Length;
        for (; at < batch.Length; at += SampleBatchFormat.ObjectBytes + (3 * (SampleBatchFormat.ValueBytes + 8)))
        {
            BitConverter.TryWriteBytes(batch.AsSpan(at + 8), _now.Ticks);
        }
    }

    private void FillBatches(Twin[] twins, TwinSchema schema)
    {
        using var writer = new SampleBatchWriter();
        var random = new Random(1);
        for (int b = 0; b < _batches.Length; b++)
        {
            writer.Begin("device:gw-1"u8, "mqtt"u8, _now);
            for (int i = 0; i < ObjectsPerBatch; i++)
            {
                writer.BeginObject(twins[random.Next(Twins)], schema, _now, item: i, isAtomic: false);
                for (int column = 0; column < 3; column++)
                {
                    writer.Add(column, BitConverter.DoubleToInt64Bits(random.NextDouble()), Quality.Good, default, Timestamp.None);
                }
                writer.EndObject();
            }
            _batches[b] = writer.Written.ToArray();
        }
    }

    private static TwinSchema Schema() => new(1, new ModelId("dtmi:bench:Pump;1"), [.. new[] { "flow", "pressure", "temperature" }.Select(MakeColumn)], [])
    {
        Relationships = [],
        Commands = [],
        Bases = [new ModelId("dtmi:bench:Pump;1")],
    };

    private static Column MakeColumn(string name, int number) => new()
    {
        Number = number,
        Role = ColumnRole.Property,
        Name = name,
        Component = null,
        Schema = new PrimitiveSchema(PrimitiveType.Double),
        NameUtf8 = Encoding.UTF8.GetBytes(name),
    };
}
