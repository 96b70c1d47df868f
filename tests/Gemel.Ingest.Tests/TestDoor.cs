using System.Buffers;
using System.Text;
using System.Text.Json;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Ingest.Tests;

/// <summary>Two shards with twins, a device that may publish for some of them, and what its messages put into the batches.</summary>
internal sealed class TestDoor : IGatewayTargets, IDisposable
{
    private static readonly Actor Admin = new("key:admin", "http");

    private readonly Shard[] _shards = [new(new ShardOptions(), 0, TestModels.Uploaded), new(new ShardOptions(), 0, TestModels.Uploaded)];
    private readonly SampleBatchWriter[] _batches = [new(), new()];
    private readonly IngestOptions _options;
    private readonly DataDecoder _decoder;
    private int _item;

    public TestDoor(IngestOptions? options = null)
    {
        _options = options ?? new IngestOptions();
        _decoder = new DataDecoder(_options);
        Gateway = new GatewayDecoder(_options, this);
        Create("P1", "Pump");
        Create("P2", "Pump");
        Create("Tank 3", "Pump");
        foreach (SampleBatchWriter batch in _batches)
        {
            batch.Begin("device:gw-1"u8, "mqtt"u8, TestModels.Uploaded);
        }
    }

    public GatewayDecoder Gateway { get; set; }

    public DeadbandMemory Deadbands { get; } = new();

    public DecodeReport Report { get; } = new();

    /// <summary>Twins that the device may not publish for.</summary>
    public HashSet<string> Unbound { get; } = [];

    public object Bindings { get; set; } = new();

    /// <summary>Codes of the last message's errors, in order.</summary>
    public string Codes => string.Join(" ", Report.Errors.Select(error => error.Code.Code));

    public bool MayPublish(ReadOnlySpan<char> twin) => !Unbound.Contains(twin.ToString());

    public Twin? Find(ReadOnlySpan<char> id, out int shard)
    {
        shard = Slots.Of(id) % _shards.Length;
        return _shards[shard].Directory.Find(id);
    }

    public SampleBatchWriter BatchOf(int shard) => _batches[shard];

    public void Create(string id, string model)
    {
        Shard shard = ShardOf(id);
        byte[] body = Encoding.UTF8.GetBytes($$$$"""{"$metadata":{"$model":"dtmi:test:{{{{model}}}};1"},"motor":{"$metadata":{}}}""");
        Assert.Empty(shard.PutTwin(TwinId.Create(id), body, WriteCondition.None, TestModels.Set, Admin, TestModels.Uploaded).Errors);
    }

    public void Delete(string id) =>
        Assert.Empty(ShardOf(id).DeleteTwin(TwinId.Create(id), WriteCondition.None, Admin, TestModels.Uploaded).Errors);

    public Mapping Use(string rest, string? device = "gw-1")
    {
        Mapping mapping = MappingReader.Read($"mapping: m\nversion: 1\n{rest}", "m.yaml").Value;
        Gateway.Use(mapping, device, Deadbands);
        return mapping;
    }

    /// <summary>Publishes to <c>devices/gw-1/data</c>.</summary>
    /// <returns>What went into the batches.</returns>
    public string[] Gate(string json, string topic = "devices/gw-1/data") => Gate(Encoding.UTF8.GetBytes(json), topic);

    public string[] Gate(ReadOnlySpan<byte> json, string topic = "devices/gw-1/data")
    {
        Report.Reset();
        int[] before = [.. _batches.Select(batch => batch.Written.Length)];
        Gateway.Decode(json, topic, _item++, Report);
        return Read(before);
    }

    /// <summary>Publishes to <c>twins/P1/data</c>.</summary>
    public string[] Send(string json) => Send(Encoding.UTF8.GetBytes(json));

    public string[] Send(ReadOnlySpan<byte> json)
    {
        Report.Reset();
        int[] before = [.. _batches.Select(batch => batch.Written.Length)];
        _decoder.Decode(json, Find("P1", out int shard)!, _item++, _batches[shard], Report);
        return Read(before);
    }

    public string[] SendCbor(byte[] cbor)
    {
        CborTranscoder transcoder = new(_options.MaxDepth);
        if (transcoder.TryTranscode(cbor, out ReadOnlySpan<byte> json, out GemelError? damage))
        {
            return Send(json);
        }
        Report.Reset();
        Report.Reject(damage);
        return [];
    }

    public void Dispose()
    {
        for (int i = 0; i < _shards.Length; i++)
        {
            _shards[i].Dispose();
            _batches[i].Dispose();
        }
    }

    private Shard ShardOf(string id) => _shards[Slots.Of(id) % _shards.Length];

    /// <summary>The samples that were added since then: <c>P1.temperature=21.5</c>, then quality, reason and time where there are any.</summary>
    private string[] Read(int[] before)
    {
        var lines = new List<string>();
        for (int shard = 0; shard < _shards.Length; shard++)
        {
            ReadBatch(_batches[shard].Written.Span, before[shard], lines);
        }
        return [.. lines];
    }

    private void ReadBatch(ReadOnlySpan<byte> batch, int before, List<string> lines)
    {
        SampleBatchReader reader = new(batch);
        while (reader.NextObject())
        {
            // What an earlier message brought is passed over by its number.
            if (reader.Item != _item - 1)
            {
                continue;
            }
            Assert.True(batch.Length > before);
            TwinKey key = reader.Key;
            Twin twin = _shards.SelectMany(shard => shard.Directory.Living()).Single(candidate => candidate.Key == key);
            Assert.Equal(twin.Schema.Id, reader.SchemaId);
            int values = 0;
            while (reader.NextValue())
            {
                lines.Add(Show(twin, twin.Schema.Columns[reader.Column], reader));
                values++;
            }
            Assert.Equal(reader.ValueCount, values);
        }
    }

    private static string Show(Twin twin, Column column, in SampleBatchReader reader)
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            if (reader.HasValue)
            {
                ValueWriter.Write(writer, column.Schema, column.Kind, reader.HasBits ? reader.Bits : 0, reader.HasText ? reader.Text : default);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
        string quality = reader.Quality == Quality.Good ? "" : $" {reader.Quality.Name()}";
        string reason = reader.ReasonUtf8.IsEmpty ? "" : $" {Encoding.UTF8.GetString(reader.ReasonUtf8)}";
        string time = reader.ValueSource == 0 ? "" : $" @{new Timestamp(reader.ValueSource).Utc:yyyy-MM-ddTHH:mm:ss.FFFFFFF}";
        return $"{twin.Id.Value}.{column.Path}={Encoding.UTF8.GetString(json.WrittenSpan)}{quality}{reason}{time}";
    }
}
