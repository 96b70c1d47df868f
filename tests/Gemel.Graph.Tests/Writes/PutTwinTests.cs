using System.Text;
using System.Text.Json.Nodes;

namespace Gemel.Graph.Tests.Writes;

public sealed class PutTwinTests : IDisposable
{
    private readonly WritableShard _shard = new();

    [Fact]
    public void A_new_twin_has_what_the_body_gives()
    {
        WriteReceipt receipt = _shard.Put("p1", WritableShard.Pump("\"temperature\":21.5,\"serial\":\"A\"", "{\"rpm\":5}")).Value;
        Assert.True(receipt.Created);
        Assert.Equal(_shard.Shard.PendingCommit, receipt.Commit);
        JsonObject body = _shard.Body("p1");
        Assert.Equal("p1", (string)body["$dtId"]!);
        Assert.Equal(receipt.ETag, (string)body["$etag"]!);
        Assert.Equal("""{"temperature":21.5,"serial":"A","motor":{"rpm":5}}""", _shard.Properties("p1"));
    }

    [Fact]
    public void A_second_put_replaces_all_properties_and_keeps_the_life()
    {
        WriteReceipt first = _shard.Put("p1", WritableShard.Pump("\"temperature\":21.5,\"speed\":3", "{\"rpm\":5}")).Value;
        WriteReceipt second = _shard.Put("p1", WritableShard.Pump("\"speed\":4")).Value;
        Assert.False(second.Created);
        Assert.Equal(first.Key, second.Key);
        Assert.NotEqual(first.ETag, second.ETag);
        Assert.Equal("""{"speed":4,"motor":{}}""", _shard.Properties("p1"));
    }

    [Fact]
    public void A_put_may_move_a_twin_to_another_model()
    {
        TwinKey key = _shard.Put("p1", WritableShard.Pump("\"speed\":4")).Value.Key;
        Assert.Equal(key, _shard.Put("p1", """{"$metadata":{"$model":"dtmi:test:Pump;2"},"motor":{},"gear":{"teeth":3}}""").Value.Key);
        Assert.Equal("""{"motor":{},"gear":{"teeth":3}}""", _shard.Properties("p1"));
    }

    [Fact]
    public void What_a_get_answers_is_taken_back_its_ids_and_times_passed_over()
    {
        _shard.Put("p1", WritableShard.Pump("\"temperature\":21.5,\"mode\":\"idle\"", "{\"label\":\"m\"}"));
        string body = _shard.Text("p1");
        WriteReceipt other = _shard.Put("p2", body).Value;
        Assert.Equal(_shard.Properties("p1"), _shard.Properties("p2"));
        Assert.Equal("p2", (string)_shard.Body("p2")["$dtId"]!);
        Assert.Equal(other.ETag, (string)_shard.Body("p2")["$etag"]!);
        Assert.Equal(_shard.Now.ToString(), (string)_shard.Body("p2")["$metadata"]!["$lastUpdateTime"]!);
    }

    [Fact]
    public void A_source_time_in_metadata_is_kept_for_properties_that_the_body_gives()
    {
        _shard.Put("p1", """
            {"$metadata":{"$model":"dtmi:test:Pump;1","temperature":{"sourceTime":"2026-11-01T00:00:00+01:00"},"speed":{"sourceTime":"2026-11-01T00:00:00Z"},"gone":{"lastUpdateTime":"x"}},
             "temperature":1,"motor":{"rpm":2,"$metadata":{"$lastUpdateTime":"2020-01-01T00:00:00Z","rpm":{"sourceTime":"2026-11-02T00:00:00Z","lastUpdateTime":"y"}}}}
            """).Value.ToString();
        JsonObject body = _shard.Body("p1");
        Assert.Equal("2026-10-31T23:00:00.0000000Z", (string)body["$metadata"]!["temperature"]!["sourceTime"]!);
        Assert.Null(body["$metadata"]!["speed"]);
        Assert.Equal("2026-11-02T00:00:00.0000000Z", (string)body["motor"]!["$metadata"]!["rpm"]!["sourceTime"]!);
        Assert.Equal(_shard.Now.ToString(), (string)body["motor"]!["$metadata"]!["rpm"]!["lastUpdateTime"]!);
    }

    [Theory]
    [InlineData("[]", "GMG006", "InvalidArgument", "")]
    [InlineData("5", "GMG006", "InvalidArgument", "")]
    [InlineData("{}", "GMG030", "ValidationFailed", "/$metadata/$model")]
    [InlineData("""{"$metadata":{}}""", "GMG030", "ValidationFailed", "/$metadata/$model")]
    [InlineData("""{"$metadata":7}""", "GMG038", "ValidationFailed", "/$metadata")]
    [InlineData("""{"$metadata":{"$model":7}}""", "GMG038", "ValidationFailed", "/$metadata/$model")]
    [InlineData("""{"$metadata":{"$model":"dtmi:none;1"}}""", "GMG031", "ValidationFailed", "/$metadata/$model")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"}}""", "GMG035", "ValidationFailed", "/motor")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":3}""", "GMG036", "ValidationFailed", "/motor")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{"rp":3}}""", "GMG033", "ValidationFailed", "/motor/rp")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{"vibration":3}}""", "GMG034", "ValidationFailed", "/motor/vibration")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{"$etag":3}}""", "GMG039", "ValidationFailed", "/motor/$etag")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{"$metadata":[]}}""", "GMG038", "ValidationFailed", "/motor/$metadata")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"temprature":3}""", "GMG033", "ValidationFailed", "/temprature")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"motor.rpm":3}""", "GMG033", "ValidationFailed", "/motor.rpm")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"reset":3}""", "GMG033", "ValidationFailed", "/reset")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"feeds":{}}""", "GMG033", "ValidationFailed", "/feeds")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"flow":3}""", "GMG034", "ValidationFailed", "/flow")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"speed":null}""", "GMG037", "ValidationFailed", "/speed")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"$other":1}""", "GMG039", "ValidationFailed", "/$other")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1","speed":{"sourceTime":"x"}},"motor":{},"speed":1}""", "GMG038", "ValidationFailed", "/$metadata/speed/sourceTime")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1","speed":{"sourceTime":7}},"motor":{},"speed":1}""", "GMG038", "ValidationFailed", "/$metadata/speed/sourceTime")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1","speed":7},"motor":{},"speed":1}""", "GMG038", "ValidationFailed", "/$metadata/speed")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"speed":1.5}""", "GMM103", "ValidationFailed", "/speed")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"speed":2147483648}""", "GMM102", "ValidationFailed", "/speed")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"count":9223372036854775808}""", "GMM102", "ValidationFailed", "/count")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"ratio":1e39}""", "GMM102", "ValidationFailed", "/ratio")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"temperature":1e999}""", "GMM102", "ValidationFailed", "/temperature")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"temperature":"21"}""", "GMM101", "ValidationFailed", "/temperature")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"temperature":{"$value":21}}""", "GMM101", "ValidationFailed", "/temperature")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"mode":"stop"}""", "GMM105", "ValidationFailed", "/mode")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"installed":"yesterday"}""", "GMM104", "ValidationFailed", "/installed")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"config":{"list":[1,"x"]}}""", "GMM101", "ValidationFailed", "/config/list/1")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"config":{"y":1}}""", "GMM106", "ValidationFailed", "/config")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"tags":{"a":1}}""", "GMM101", "ValidationFailed", "/tags/a")]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"speed":NaN}""", "GMG001", "InvalidArgument", null)]
    [InlineData("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"speed":1,"speed":1}""", "GMG004", "InvalidArgument", "/speed")]
    public void A_body_in_error_is_refused_and_makes_no_twin(string json, string code, string azure, string? target)
    {
        GemelError error = Assert.Single(_shard.Put("p1", json).Errors);
        Assert.Equal((code, azure, target), (error.Code.Code, error.Code.AzureCode, error.Target));
        Assert.Equal(400, error.Code.Status);
        Assert.NotEmpty(error.Message);
        Assert.Null(_shard.Shard.Directory.Find("p1"));
        Assert.False(_shard.Shard.HasPending);
    }

    [Fact]
    public void A_wrong_type_beside_seven_good_values_changes_nothing()
    {
        string etag = _shard.Put("p1", WritableShard.Pump("\"speed\":1")).Value.ETag;
        GemelError error = Assert.Single(_shard.Put("p1", WritableShard.Pump(
            """
            "temperature":1,"speed":"fast","serial":"A","on":true,"ratio":0.5,"count":1,"mode":"idle","level":10
            """)).Errors);
        Assert.Equal("/speed", error.Target);
        Assert.Equal(etag, (string)_shard.Body("p1")["$etag"]!);
        Assert.Equal("""{"speed":1,"motor":{}}""", _shard.Properties("p1"));
    }

    [Fact]
    public void All_errors_come_at_once()
    {
        IReadOnlyList<GemelError> errors = _shard.Put("p1", """
            {"$metadata":{"$model":"dtmi:test:Pump;1"},"temprature":1,"speed":"x","flow":1,"on":null,"$what":1,"codes":[1,2.5],"mode":7}
            """).Errors;
        Assert.Equal(["/temprature", "/flow", "/on", "/$what", "/motor", "/speed", "/codes/1", "/mode"], errors.Select(e => e.Target));
        Assert.Contains("'temperature'", errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_JSON_are_refused_as_invalid_argument()
    {
        byte[] invalid = [.. Encoding.UTF8.GetBytes("""{"$metadata":{"$model":"dtmi:test:Pump;1"},"motor":{},"serial":" """), 0xFF, .. "\"}"u8];
        Assert.Same(GraphErrors.InvalidUtf8, Assert.Single(_shard.Put("p1", invalid).Errors).Code);
        string deep = WritableShard.Pump("\"config\":" + new string('[', 10_000) + new string(']', 10_000));
        Assert.Same(GraphErrors.TooDeep, Assert.Single(_shard.Put("p1", deep).Errors).Code);
        Assert.Same(GraphErrors.InvalidJson, Assert.Single(_shard.Put("p1", "").Errors).Code);
    }

    [Fact]
    public void If_None_Match_creates_only()
    {
        WriteCondition create = WriteCondition.Parse(null, "*").Value;
        Assert.True(_shard.Put("p1", WritableShard.Pump(), create).Value.Created);
        GemelError error = Assert.Single(_shard.Put("p1", WritableShard.Pump(), create).Errors);
        Assert.Equal((412, "PreconditionFailed"), (error.Code.Status, error.Code.AzureCode));
    }

    [Fact]
    public void A_stale_ETag_replaces_nothing()
    {
        string stale = _shard.Put("p1", WritableShard.Pump("\"speed\":1")).Value.ETag;
        string present = _shard.Put("p1", WritableShard.Pump("\"speed\":2")).Value.ETag;
        Assert.Same(GraphErrors.ETagMismatch, Assert.Single(_shard.Put("p1", WritableShard.Pump(), WriteCondition.Parse(stale, null).Value).Errors).Code);
        Assert.True(_shard.Put("p1", WritableShard.Pump("\"speed\":3"), WriteCondition.Parse(present, null).Value).IsSuccess);
    }

    [Fact]
    public void A_decommissioned_model_takes_no_new_twins_and_lets_its_own_be_replaced()
    {
        _shard.Put("p1", WritableShard.Pump());
        _shard.Put("t1", WritableShard.Tank());
        _shard.Models = TestModels.PumpDecommissioned;
        Assert.True(_shard.Put("p1", WritableShard.Pump("\"speed\":1")).IsSuccess);
        Assert.Equal("ModelDecommissioned", Assert.Single(_shard.Put("p2", WritableShard.Pump()).Errors).Code.AzureCode);
        Assert.Equal("ModelDecommissioned", Assert.Single(_shard.Put("t1", WritableShard.Pump()).Errors).Code.AzureCode);
    }

    [Fact]
    public void A_twin_made_again_is_another_life_with_another_ETag()
    {
        WriteReceipt first = _shard.Put("p1", WritableShard.Pump()).Value;
        Assert.True(_shard.Delete("p1").IsSuccess);
        WriteReceipt second = _shard.Put("p1", WritableShard.Pump()).Value;
        Assert.True(second.Created);
        Assert.NotEqual(first.Key, second.Key);
        Assert.NotEqual(first.ETag, second.ETag);
    }

    public void Dispose() => _shard.Dispose();
}
