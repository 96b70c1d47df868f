using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Gemel.Graph;
using Gemel.Ingest;
using Gemel.Modeling;

namespace Gemel.Microbench;

/// <summary>One connection of a gateway: messages of 400 tags, 50 twins with 8 sensors each, decoded into the batches of 4 shards.
/// Time and bytes allocated are per value.</summary>
[MemoryDiagnoser]
public class GatewayBenchmark
{
    private const int Twins = 50;
    private const int Sensors = 8;
    private const int Shards = 4;
    private const int Messages = 64;
    internal const int Values = Messages * Twins * Sensors;

    private readonly byte[][] _messages = new byte[Messages][];
    private readonly DecodeReport _report = new();
    private Plant _plant = null!;
    private GatewayDecoder _decoder = null!;

    /// <summary>Tags of one twin stand together, or the sensors of all twins one after the other.</summary>
    [Params(false, true)]
    public bool IsInterleaved { get; set; }

    /// <summary>Every rule has scale, offset and a unit.</summary>
    [Params(false, true)]
    public bool IsConverted { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _plant = new Plant();
        _decoder = new GatewayDecoder(new IngestOptions(), _plant);
        string conversion = IsConverted ? ", scale: 0.1, offset: 2, unit: kelvin" : "";
        string mapping = $"mapping: m\nversion: 1\nrules: [ {{ pattern: \"PLC1.{{twin}}.{{sensor}}\", twin: \"pump-{{twin}}\", path: \"{{sensor}}\"{conversion} }} ]";
        _decoder.Use(MappingReader.Read(mapping, "m").Value, "gw-1", new DeadbandMemory());
        var random = new Random(1);
        for (int i = 0; i < Messages; i++)
        {
            _messages[i] = Message(random, i);
        }
    }

    [Benchmark(OperationsPerInvoke = Values)]
    public int Decode()
    {
        _plant.Begin();
        _report.Reset();
        for (int i = 0; i < Messages; i++)
        {
            _decoder.Decode(_messages[i], "devices/gw-1/data", i, _report);
        }
        return _report.Taken == Values ? Values : throw new InvalidOperationException($"Only {_report.Taken} values were taken.");
    }

    [GlobalCleanup]
    public void Cleanup() => _plant.Dispose();

    private byte[] Message(Random random, int number)
    {
        var json = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{{\"$time\":{1_770_000_000_000 + number}");
        for (int i = 0; i < Twins * Sensors; i++)
        {
            (int twin, int sensor) = IsInterleaved ? (i % Twins, i / Twins) : (i / Sensors, i % Sensors);
            json.Append(CultureInfo.InvariantCulture, $",\"PLC1.{twin}.s{sensor}\":{random.NextDouble() * 1000:0.0###}");
        }
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    private sealed class Plant : IGatewayTargets, IDisposable
    {
        private readonly Shard[] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard(new ShardOptions(), 0, new Timestamp(1)))];
        private readonly SampleBatchWriter[] _batches = [.. Enumerable.Range(0, Shards).Select(_ => new SampleBatchWriter())];

        public Plant()
        {
            TwinSchema schema = Schema();
            foreach (int i in Enumerable.Range(0, Twins))
            {
                ChangeWriter writes = _shards[Slots.Of($"pump-{i}") % Shards].Writes;
                writes.BeginGroup(new Actor("key:admin", "http"), new Timestamp(1));
                writes.BeginCreateTwin(TwinId.Create($"pump-{i}"), schema);
                writes.EndTwin();
                writes.EndGroup();
            }
        }

        public object Bindings => this;

        public bool MayPublish(ReadOnlySpan<char> twin) => true;

        public Twin? Find(ReadOnlySpan<char> id, out int shard)
        {
            shard = Slots.Of(id) % Shards;
            return _shards[shard].Directory.Find(id);
        }

        public SampleBatchWriter BatchOf(int shard) => _batches[shard];

        public void Begin()
        {
            foreach (SampleBatchWriter batch in _batches)
            {
                batch.Begin("device:gw-1"u8, "mqtt"u8, new Timestamp(1));
            }
        }

        public void Dispose()
        {
            for (int i = 0; i < Shards; i++)
            {
                _shards[i].Dispose();
                _batches[i].Dispose();
            }
        }

        private static TwinSchema Schema() => new(1, new ModelId("dtmi:bench:Pump;1"), [.. Enumerable.Range(0, Sensors).Select(MakeColumn)], [])
        {
            Relationships = [],
            Commands = [],
            Bases = [new ModelId("dtmi:bench:Pump;1")],
        };

        private static Column MakeColumn(int number) => new()
        {
            Number = number,
            Role = ColumnRole.Property,
            Name = $"s{number}",
            Component = null,
            Schema = new PrimitiveSchema(PrimitiveType.Double),
            Unit = "degreeCelsius",
            NameUtf8 = Encoding.UTF8.GetBytes($"s{number}"),
        };
    }
}
