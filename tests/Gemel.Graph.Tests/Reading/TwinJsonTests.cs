using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gemel.Graph.Tests.Writes;

namespace Gemel.Graph.Tests.Reading;

public sealed class TwinJsonTests : IDisposable
{
    private readonly WritableShard _shard = new();

    [Fact]
    public void A_twin_has_the_form_of_Azure_Digital_Twins()
    {
        string etag = Put().ETag.Replace("\"", "\\\"", StringComparison.Ordinal);
        Assert.Equal(
            """
            {"$dtId":"p \"1\"","$etag":"ETAG","temperature":21.5,"on":true,"ratio":0.1,"mode":"run \"fast\"","level":-20,"config":{"x":1.50,"list":[]},"motor":{"rpm":-0.25,"$metadata":{"$lastUpdateTime":"2026-11-23T12:00:01.0000000Z","rpm":{"lastUpdateTime":"2026-11-23T12:00:01.0000000Z"}}},"$metadata":{"$model":"dtmi:test:Pump;1","$lastUpdateTime":"2026-11-23T12:00:01.0000000Z","temperature":{"lastUpdateTime":"2026-11-23T12:00:01.0000000Z","sourceTime":"2026-11-01T00:00:00.0000000Z"},"on":{"lastUpdateTime":"2026-11-23T12:00:01.0000000Z"},"ratio":{"lastUpdateTime":"2026-11-23T12:00:01.0000000Z"},"mode":{"lastUpdateTime":"2026-11-23T12:00:01.0000000Z"},"level":{"lastUpdateTime":"2026-11-23T12:00:01.0000000Z"},"config":{"lastUpdateTime":"2026-11-23T12:00:01.0000000Z"}}}
            """.Replace("ETAG", etag, StringComparison.Ordinal),
            _shard.Text("p \"1\""));
    }

    [Fact]
    public void The_first_version_of_the_interface_knows_neither_last_update_nor_source_time()
    {
        Put();
        string text = _shard.Text("p \"1\"", TwinJsonOptions.First);
        Assert.DoesNotContain("$lastUpdateTime", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sourceTime", text, StringComparison.Ordinal);
        Assert.Contains("\"motor\":{\"rpm\":-0.25,\"$metadata\":{\"rpm\":{\"lastUpdateTime\":", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_of_metadata_are_model_last_update_and_objects_only()
    {
        _shard.Put("p1", WritableShard.Pump("\"temperature\":1"));
        Report("p1", "temperature", value: null);
        Report("p1", "motor.rpm", value: 5);
        JsonObject metadata = _shard.Body("p1")["$metadata"]!.AsObject();
        Assert.Equal(["$model", "$lastUpdateTime", "temperature"], metadata.Select(m => m.Key));
        Assert.Equal("bad", (string)metadata["temperature"]!["quality"]!);
        Assert.Equal("noValue", (string)metadata["temperature"]!["reason"]!);
        JsonObject motor = _shard.Body("p1")["motor"]!["$metadata"]!.AsObject();
        Assert.Equal(["$lastUpdateTime", "rpm"], motor.Select(m => m.Key));
        Assert.Equal(["lastUpdateTime", "sourceTime"], motor["rpm"]!.AsObject().Select(m => m.Key));
    }

    [Fact]
    public void A_component_is_written_alone()
    {
        Put();
        ArrayBufferWriter<byte> output = new();
        Assert.True(TwinJson.TryWriteComponent(_shard.View("p \"1\""), "motor", output, TwinJsonOptions.Current));
        Assert.Equal(_shard.Body("p \"1\"")["motor"]!.ToJsonString(), JsonNode.Parse(output.WrittenSpan)!.ToJsonString());
        Assert.False(TwinJson.TryWriteComponent(_shard.View("p \"1\""), "gear", output, TwinJsonOptions.Current));
    }

    [Fact]
    public void A_component_without_values_is_an_object_with_empty_metadata()
    {
        _shard.Put("p1", WritableShard.Pump());
        Assert.Equal("""{"$metadata":{}}""", _shard.Body("p1")["motor"]!.ToJsonString());
    }

    [Fact]
    public void Telemetry_shows_only_where_asked_for()
    {
        _shard.Put("p1", WritableShard.Pump());
        _shard.Telemetry("p1", null, """{"flow":2.5}""");
        _shard.Telemetry("p1", "motor", """{"vibration":7}""");
        Assert.DoesNotContain("flow", _shard.Text("p1"), StringComparison.Ordinal);
        JsonObject telemetry = _shard.Body("p1", TwinJsonOptions.Current with { IncludeTelemetry = true })["$telemetry"]!.AsObject();
        Assert.Equal(2.5, (double)telemetry["flow"]!["$value"]!);
        Assert.Equal(7, (double)telemetry["motor"]!["vibration"]!["$value"]!);
    }

    [Fact]
    public void The_state_has_all_values_with_quality_times_and_units()
    {
        WriteReceipt receipt = _shard.Put("p1", WritableShard.Pump("\"temperature\":1,\"speed\":3")).Value;
        Report("p1", "temperature", value: 21.5);
        Report("p1", "motor.rpm", value: null);
        JsonObject state = _shard.State("p1");
        Assert.Equal(["$twin", "$model", "$etag", "$time", "temperature", "speed", "motor"], state.Select(m => m.Key));
        Assert.NotEqual(receipt.ETag, (string)state["$etag"]!);
        Assert.Equal(
            """{"$value":21.5,"$unit":"degreeCelsius","$time":"2026-11-23T11:59:59.0000000Z","$serverTime":"2026-11-23T12:00:02.0000000Z","$quality":"good"}""",
            state["temperature"]!.ToJsonString());
        Assert.Equal(
            """{"$value":3,"$time":"2026-11-23T12:00:01.0000000Z","$serverTime":"2026-11-23T12:00:01.0000000Z","$quality":"good"}""",
            state["speed"]!.ToJsonString());
        JsonObject rpm = state["motor"]!["rpm"]!.AsObject();
        Assert.Null(rpm["$value"]);
        Assert.Equal(("bad", "noValue"), ((string)rpm["$quality"]!, (string)rpm["$reason"]!));
    }

    [Fact]
    public void Relationships_are_written_whole_and_as_incoming_links()
    {
        _shard.Put("p/1", WritableShard.Pump());
        _shard.Put("t1", WritableShard.Tank());
        _shard.Relate("p/1", "r \"1\"", """{"$relationshipName":"feeds","$targetId":"t1"}""").Value.ToString();
        ArrayBufferWriter<byte> output = new();
        RelationshipJson.WriteIncoming(Assert.Single(_shard.Shard.Incoming(_shard.Shard.Directory.Find("t1")!, _shard.Shard.PendingCommit)), output);
        Assert.Equal(
            """{"$relationshipId":"r \"1\"","$sourceId":"p/1","$relationshipName":"feeds","$relationshipLink":"/digitaltwins/p%2F1/relationships/r%20%221%22"}""",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    public void Dispose() => _shard.Dispose();

    private WriteReceipt Put() => _shard.Put("p \"1\"", """
        {"$metadata":{"$model":"dtmi:test:Pump;1","temperature":{"sourceTime":"2026-11-01T00:00:00Z"}},"motor":{"rpm":-0.25},
         "temperature":2.15e1,"on":true,"ratio":0.1,"mode":"run \"fast\"","level":-20,"config":{ "x":1.50, "list":[ ] }}
        """).Value;

    /// <summary>A device's sample, a second before the shard's start, taken a second after the last write; null is no value.</summary>
    private void Report(string id, string path, double? value)
    {
        Twin twin = _shard.Shard.Directory.Find(id)!;
        Timestamp source = WritableShard.Start.Add(TimeSpan.FromSeconds(-1));
        using SampleBatchWriter batch = new();
        batch.Begin("device:d1"u8, "mqtt"u8, source);
        batch.BeginObject(twin, twin.Schema, source, item: 0, isAtomic: false);
        int column = twin.Schema.FindPath(path)!.Number;
        if (value is { } number)
        {
            batch.Add(column, BitConverter.DoubleToInt64Bits(number), Quality.Good, default, Timestamp.None);
        }
        else
        {
            batch.AddNone(column, Quality.Bad, default, Timestamp.None);
        }
        batch.EndObject();
        IngestReceipt receipt = default;
        _shard.Shard.Ingest(batch.Written.Span, _shard.Now.Add(TimeSpan.FromSeconds(1)), ref receipt);
        Assert.Equal(1, receipt.Taken);
    }
}
