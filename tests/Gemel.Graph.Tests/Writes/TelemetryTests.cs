using System.Text;
using System.Text.Json.Nodes;

namespace Gemel.Graph.Tests.Writes;

public sealed class TelemetryTests : IDisposable
{
    private static readonly Timestamp Noon = WritableShard.Start;

    private readonly WritableShard _shard = new();

    public TelemetryTests() => _shard.Put("p1", WritableShard.Pump("\"speed\":1"));

    [Fact]
    public void Known_telemetry_becomes_the_last_value_and_leaves_body_and_ETag_alone()
    {
        string before = _shard.Text("p1");
        Assert.True(_shard.Telemetry("p1", null, """{"flow":1.5,"message":"m","speed":9,"unknown":{}}""", Noon).IsSuccess);
        Assert.Equal(before, _shard.Text("p1"));
        JsonObject flow = _shard.State("p1")["flow"]!.AsObject();
        Assert.Equal((1.5, Noon.ToString(), "good"), ((double)flow["$value"]!, (string)flow["$time"]!, (string)flow["$quality"]!));
        Assert.Equal("m", (string)_shard.State("p1")["message"]!["$value"]!);
        Assert.Equal(1, (int)_shard.State("p1")["speed"]!["$value"]!);
    }

    [Fact]
    public void Telemetry_of_a_component_goes_to_the_component()
    {
        Assert.True(_shard.Telemetry("p1", "motor", """{"vibration":2,"flow":3}""").IsSuccess);
        Assert.Equal(2, (double)_shard.State("p1")["motor"]!["vibration"]!["$value"]!);
        Assert.Null(_shard.State("p1")["flow"]);
    }

    [Fact]
    public void Older_telemetry_does_not_outrank_newer()
    {
        _shard.Telemetry("p1", null, """{"flow":2}""", Noon);
        _shard.Telemetry("p1", null, """{"flow":1}""", Noon.Add(TimeSpan.FromSeconds(-5)));
        Assert.Equal(2, (double)_shard.State("p1")["flow"]!["$value"]!);
    }

    [Theory]
    [InlineData("""{"flow":null}""", "noValue")]
    [InlineData("""{"flow":"x"}""", "invalid")]
    [InlineData("""{"flow":1e999}""", "invalid")]
    public void What_is_no_value_makes_the_path_bad_and_keeps_the_last(string payload, string reason)
    {
        _shard.Telemetry("p1", null, """{"flow":2}""");
        Assert.True(_shard.Telemetry("p1", null, payload).IsSuccess);
        JsonObject flow = _shard.State("p1")["flow"]!.AsObject();
        Assert.Equal((2, "bad", reason), ((double)flow["$value"]!, (string)flow["$quality"]!, (string)flow["$reason"]!));
    }

    [Fact]
    public void The_message_goes_to_the_journal_as_sent()
    {
        _shard.Shard.Seal().Dispose();
        const string payload = """{ "flow" : 1.50, "other": [ ] }""";
        _shard.Telemetry("p1", null, payload, Noon);
        using SealedChanges changes = _shard.Shard.Seal();
        var reader = new ChangeReader(changes.Payload.Span);
        List<string> payloads = [];
        while (reader.NextGroup())
        {
            while (reader.NextChange())
            {
                if (reader.Kind == ChangeKind.Telemetry)
                {
                    payloads.Add(Encoding.UTF8.GetString(reader.Telemetry.Payload));
                    Assert.Equal("m-1", Encoding.UTF8.GetString(reader.Telemetry.MessageIdUtf8));
                    Assert.Equal(Noon, reader.Telemetry.Source);
                }
            }
        }
        Assert.Equal([payload], payloads);
    }

    [Fact]
    public void Payloads_that_are_no_object_and_no_JSON_are_passed_on()
    {
        Assert.True(_shard.Telemetry("p1", null, "[1,2]").IsSuccess);
        Assert.True(_shard.Telemetry("p1", null, "raw", contentType: "text/plain").IsSuccess);
    }

    [Fact]
    public void What_cannot_be_sent_is_refused()
    {
        Assert.Equal("DigitalTwinNotFound", Code(_shard.Telemetry("p9", null, "{}")));
        Assert.Equal("ComponentNotFound", Code(_shard.Telemetry("p1", "gear", "{}")));
        Assert.Equal("InvalidArgument", Code(_shard.Telemetry("p1", null, "{")));
        Outcome<WriteReceipt> unnamed = _shard.Shard.SendTelemetry(
            TwinId.Create("p1"), new TelemetryMessage(null, "", default, Encoding.UTF8.GetBytes("{}"), "application/json"), WritableShard.Admin, Noon);
        Assert.Same(GraphErrors.MissingMessageId, Assert.Single(unnamed.Errors).Code);
    }

    public void Dispose() => _shard.Dispose();

    private static string Code(Outcome<WriteReceipt> outcome) => Assert.Single(outcome.Errors).Code.AzureCode;
}
