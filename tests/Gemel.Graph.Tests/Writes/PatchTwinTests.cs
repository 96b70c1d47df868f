using System.Text.Json.Nodes;

namespace Gemel.Graph.Tests.Writes;

public sealed class PatchTwinTests : IDisposable
{
    private const string Config = "\"config\":{\"x\":1,\"list\":[1,2]},\"tags\":{\"a\":\"b\",\"c/d\":\"e\"},\"codes\":[7]";

    private readonly WritableShard _shard = new();

    [Theory]
    [InlineData("""[{"op":"add","path":"/temperature","value":5}]""", """{"temperature":5,"speed":1,"motor":{"rpm":2}}""")]
    [InlineData("""[{"op":"add","path":"/speed","value":5}]""", """{"speed":5,"motor":{"rpm":2}}""")]
    [InlineData("""[{"op":"replace","path":"/speed","value":5}]""", """{"speed":5,"motor":{"rpm":2}}""")]
    [InlineData("""[{"op":"remove","path":"/speed"}]""", """{"motor":{"rpm":2}}""")]
    [InlineData("""[{"op":"remove","path":"/speed"},{"op":"add","path":"/speed","value":9}]""", """{"speed":9,"motor":{"rpm":2}}""")]
    [InlineData("""[{"op":"add","path":"/temperature","value":5},{"op":"replace","path":"/temperature","value":6}]""", """{"temperature":6,"speed":1,"motor":{"rpm":2}}""")]
    [InlineData("""[{"op":"replace","path":"/motor/rpm","value":3},{"op":"add","path":"/motor/label","value":"x"}]""", """{"speed":1,"motor":{"rpm":3,"label":"x"}}""")]
    [InlineData("""[{"op":"remove","path":"/motor/rpm"}]""", """{"speed":1,"motor":{}}""")]
    [InlineData("""[{"op":"replace","path":"/motor","value":{"label":"y"}}]""", """{"speed":1,"motor":{"label":"y"}}""")]
    [InlineData("""[{"op":"add","path":"/motor","value":{"$metadata":{}}}]""", """{"speed":1,"motor":{}}""")]
    [InlineData("""[]""", """{"speed":1,"motor":{"rpm":2}}""")]
    public void Operations_change_properties_in_order(string patch, string after)
    {
        _shard.Put("p1", WritableShard.Pump("\"speed\":1", "{\"rpm\":2}"));
        WriteReceipt receipt = _shard.Patch("p1", patch).Value;
        Assert.Equal(after, _shard.Properties("p1"));
        Assert.Equal(receipt.ETag, (string)_shard.Body("p1")["$etag"]!);
    }

    [Theory]
    [InlineData("""[{"op":"add","path":"/config/name","value":"n"}]""", """{"config":{"x":1,"list":[1,2],"name":"n"},"tags":{"a":"b","c/d":"e"},"codes":[7],"motor":{}}""")]
    [InlineData("""[{"op":"replace","path":"/config/x","value":2.5}]""", """{"config":{"x":2.5,"list":[1,2]},"tags":{"a":"b","c/d":"e"},"codes":[7],"motor":{}}""")]
    [InlineData("""[{"op":"remove","path":"/config/list/0"}]""", """{"config":{"x":1,"list":[2]},"tags":{"a":"b","c/d":"e"},"codes":[7],"motor":{}}""")]
    [InlineData("""[{"op":"add","path":"/tags/new","value":"ü"}]""", """{"config":{"x":1,"list":[1,2]},"tags":{"a":"b","c/d":"e","new":"ü"},"codes":[7],"motor":{}}""")]
    [InlineData("""[{"op":"replace","path":"/tags/c~1d","value":"f"}]""", """{"config":{"x":1,"list":[1,2]},"tags":{"a":"b","c/d":"f"},"codes":[7],"motor":{}}""")]
    [InlineData("""[{"op":"add","path":"/codes/-","value":8},{"op":"add","path":"/codes/0","value":6}]""", """{"config":{"x":1,"list":[1,2]},"tags":{"a":"b","c/d":"e"},"codes":[6,7,8],"motor":{}}""")]
    [InlineData("""[{"op":"remove","path":"/tags"},{"op":"add","path":"/tags","value":{}},{"op":"add","path":"/tags/z","value":"1"}]""", """{"config":{"x":1,"list":[1,2]},"tags":{"z":"1"},"codes":[7],"motor":{}}""")]
    public void Operations_reach_into_objects_maps_and_arrays(string patch, string after)
    {
        _shard.Put("p1", WritableShard.Pump(Config));
        Assert.Empty(_shard.Patch("p1", patch).Errors);
        Assert.Equal(after, _shard.Properties("p1"));
    }

    [Theory]
    [InlineData("""[{"op":"replace","path":"/temperature","value":1}]""", "GMG054", "JsonPatchInvalid", "/temperature")]
    [InlineData("""[{"op":"remove","path":"/temperature"}]""", "GMG054", "JsonPatchInvalid", "/temperature")]
    [InlineData("""[{"op":"add","path":"/config/x","value":1}]""", "GMG054", "JsonPatchInvalid", "/config/x")]
    [InlineData("""[{"op":"replace","path":"/motor/rpm","value":1}]""", "GMG054", "JsonPatchInvalid", "/motor/rpm")]
    [InlineData("""[{"op":"replace","path":"/speed/x","value":1}]""", "GMG054", "JsonPatchInvalid", "/speed/x")]
    [InlineData("""[{"op":"replace","path":"/tags/none","value":"1"}]""", "GMG054", "JsonPatchInvalid", "/tags/none")]
    [InlineData("""[{"op":"add","path":"/codes/9","value":1}]""", "GMG056", "JsonPatchInvalid", "/codes/9")]
    [InlineData("""[{"op":"add","path":"/unknown","value":1}]""", "GMG033", "ValidationFailed", "/unknown")]
    [InlineData("""[{"op":"remove","path":"/unknown"}]""", "GMG033", "ValidationFailed", "/unknown")]
    [InlineData("""[{"op":"add","path":"/motor/unknown","value":1}]""", "GMG033", "ValidationFailed", "/motor/unknown")]
    [InlineData("""[{"op":"add","path":"/motor.rpm","value":1}]""", "GMG033", "ValidationFailed", "/motor.rpm")]
    [InlineData("""[{"op":"add","path":"/gear/teeth","value":1}]""", "GMG033", "ValidationFailed", "/gear/teeth")]
    [InlineData("""[{"op":"add","path":"/flow","value":1}]""", "GMG034", "ValidationFailed", "/flow")]
    [InlineData("""[{"op":"add","path":"/temperature","value":null}]""", "GMG037", "ValidationFailed", "/temperature")]
    [InlineData("""[{"op":"replace","path":"/speed","value":"x"}]""", "GMM101", "ValidationFailed", "/speed")]
    [InlineData("""[{"op":"replace","path":"/speed","value":1e99}]""", "GMM102", "ValidationFailed", "/speed")]
    [InlineData("""[{"op":"add","path":"/tags/n","value":5}]""", "GMM101", "ValidationFailed", "/tags/n")]
    [InlineData("""[{"op":"add","path":"/motor","value":5}]""", "GMG036", "ValidationFailed", "/motor")]
    [InlineData("""[{"op":"add","path":"/motor","value":{"x":5}}]""", "GMG033", "ValidationFailed", "/motor/x")]
    [InlineData("""[{"op":"remove","path":"/motor"}]""", "GMG055", "JsonPatchInvalid", "/motor")]
    [InlineData("""[{"op":"replace","path":"/$dtId","value":"x"}]""", "GMG055", "JsonPatchInvalid", "/$dtId")]
    [InlineData("""[{"op":"replace","path":"/$etag","value":"x"}]""", "GMG055", "JsonPatchInvalid", "/$etag")]
    [InlineData("""[{"op":"remove","path":"/$metadata/$model"}]""", "GMG055", "JsonPatchInvalid", "/$metadata/$model")]
    [InlineData("""[{"op":"replace","path":"/$metadata","value":{}}]""", "GMG055", "JsonPatchInvalid", "/$metadata")]
    [InlineData("""[{"op":"replace","path":"/$metadata/$lastUpdateTime","value":"x"}]""", "GMG055", "JsonPatchInvalid", "/$metadata/$lastUpdateTime")]
    [InlineData("""[{"op":"replace","path":"/$metadata/speed/lastUpdateTime","value":"x"}]""", "GMG055", "JsonPatchInvalid", "/$metadata/speed/lastUpdateTime")]
    [InlineData("""[{"op":"add","path":"/motor/$metadata/$model","value":"x"}]""", "GMG055", "JsonPatchInvalid", "/motor/$metadata/$model")]
    [InlineData("""[{"op":"add","path":"/$metadata/speed/sourceTime","value":"noon"}]""", "GMG038", "ValidationFailed", "/$metadata/speed/sourceTime")]
    [InlineData("""[{"op":"add","path":"/$metadata/temperature/sourceTime","value":"2026-01-01T00:00:00Z"}]""", "GMG054", "JsonPatchInvalid", "/$metadata/temperature/sourceTime")]
    [InlineData("""[{"op":"replace","path":"/$metadata/$model","value":5}]""", "GMG038", "ValidationFailed", "/$metadata/$model")]
    [InlineData("""[{"op":"replace","path":"/$metadata/$model","value":"dtmi:none;1"}]""", "GMG031", "ValidationFailed", "/$metadata/$model")]
    [InlineData("""{"op":"add","path":"/speed","value":1}""", "GMG050", "JsonPatchInvalid", "")]
    [InlineData("""[{"op":"test","path":"/speed","value":1}]""", "GMG052", "JsonPatchInvalid", "/0/op")]
    [InlineData("""[{"op":"add","path":"/speed","value":1},""", "GMG001", "InvalidArgument", null)]
    [InlineData("""[{"op":"add","op":"add","path":"/speed","value":1}]""", "GMG004", "InvalidArgument", "/0/op")]
    public void A_patch_in_error_changes_nothing(string patch, string code, string azure, string? target)
    {
        _shard.Put("p1", WritableShard.Pump("\"speed\":1,\"tags\":{},\"codes\":[]"));
        string before = _shard.Text("p1");
        GemelError error = Assert.Single(_shard.Patch("p1", patch).Errors);
        Assert.Equal((code, azure, target), (error.Code.Code, error.Code.AzureCode, error.Target));
        Assert.NotEmpty(error.Message);
        Assert.Equal(before, _shard.Text("p1"));
    }

    [Fact]
    public void All_errors_come_at_once_and_what_follows_from_one_does_not()
    {
        _shard.Put("p1", WritableShard.Pump("\"speed\":1"));
        IReadOnlyList<GemelError> errors = _shard.Patch("p1", """
            [{"op":"replace","path":"/temperature","value":1},{"op":"add","path":"/speed","value":"x"},
             {"op":"add","path":"/config","value":null},{"op":"add","path":"/config/x","value":1},
             {"op":"add","path":"/on","value":true},{"op":"move","path":"/on","from":"/off"}]
            """).Errors;
        Assert.Equal(["/5/op", "/temperature", "/config", "/speed"], errors.Select(e => e.Target));
    }

    [Fact]
    public void A_value_nested_too_deep_by_patching_is_refused()
    {
        _shard.Put("p1", WritableShard.Pump(Config));
        string deep = new string('[', 62) + new string(']', 62);
        GemelError error = Assert.Single(_shard.Patch("p1", $$"""[{"op":"add","path":"/config/list/0","value":{{deep}}}]""").Errors);
        Assert.Equal("GMM101", error.Code.Code);
        Assert.Same(GraphErrors.TooDeep, Assert.Single(_shard.Patch("p1", $$"""[{"op":"add","path":"/config/list/0","value":[{{deep}}]}]""").Errors).Code);
    }

    [Fact]
    public void A_path_deeper_than_any_value_is_refused()
    {
        _shard.Put("p1", WritableShard.Pump(Config));
        string path = "/config" + string.Concat(Enumerable.Repeat("/x", 10_000));
        Assert.Same(GraphErrors.TooDeep, Assert.Single(_shard.Patch("p1", $$"""[{"op":"add","path":"{{path}}","value":1}]""").Errors).Code);
    }

    [Fact]
    public void Many_operations_on_one_large_value_are_done_in_one_pass()
    {
        _shard.Put("p1", WritableShard.Pump("\"codes\":[" + string.Join(',', Enumerable.Range(0, 20_000)) + "]"));
        string patch = "[" + string.Join(',', Enumerable.Repeat("""{"op":"add","path":"/codes/-","value":-1}""", 20_000)) + "]";
        Assert.Empty(_shard.Patch("p1", patch).Errors);
        Assert.Equal(40_000, _shard.Body("p1")["codes"]!.AsArray().Count);
    }

    [Fact]
    public void A_patch_to_an_unknown_twin_is_not_found()
    {
        GemelError error = Assert.Single(_shard.Patch("p9", "[]").Errors);
        Assert.Equal((404, "DigitalTwinNotFound"), (error.Code.Status, error.Code.AzureCode));
    }

    [Fact]
    public void An_ETag_that_does_not_match_patches_nothing()
    {
        string stale = _shard.Put("p1", WritableShard.Pump("\"speed\":1")).Value.ETag;
        const string patch = """[{"op":"replace","path":"/speed","value":2}]""";
        string present = _shard.Patch("p1", patch, WriteCondition.Parse(stale, null).Value).Value.ETag;
        Assert.Equal("PreconditionFailed", Assert.Single(_shard.Patch("p1", patch, WriteCondition.Parse(stale, null).Value).Errors).Code.AzureCode);
        Assert.True(_shard.Patch("p1", patch, WriteCondition.Parse($"{stale}, {present}", null).Value).IsSuccess);
        Assert.True(_shard.Patch("p1", patch, WriteCondition.Parse("*", null).Value).IsSuccess);
    }

    [Fact]
    public void Source_times_are_set_moved_and_removed()
    {
        _shard.Put("p1", WritableShard.Pump("\"speed\":1", "{\"rpm\":5}"));
        _shard.Patch("p1", """
            [{"op":"add","path":"/$metadata/temperature/sourceTime","value":"2026-11-01T00:00:00Z"},{"op":"add","path":"/temperature","value":2},
             {"op":"replace","path":"/$metadata/speed/sourceTime","value":"2026-11-02T00:00:00Z"},{"op":"add","path":"/motor/$metadata/rpm/sourceTime","value":"2026-11-03T00:00:00Z"}]
            """).Value.ToString();
        JsonObject body = _shard.Body("p1");
        Assert.Equal("2026-11-01T00:00:00.0000000Z", (string)body["$metadata"]!["temperature"]!["sourceTime"]!);
        Assert.Equal("2026-11-02T00:00:00.0000000Z", (string)body["$metadata"]!["speed"]!["sourceTime"]!);
        Assert.Equal("2026-11-03T00:00:00.0000000Z", (string)body["motor"]!["$metadata"]!["rpm"]!["sourceTime"]!);
        Assert.Equal("""{"temperature":2,"speed":1,"motor":{"rpm":5}}""", _shard.Properties("p1"));
        _shard.Patch("p1", """[{"op":"remove","path":"/$metadata/temperature/sourceTime"},{"op":"replace","path":"/speed","value":9}]""").Value.ToString();
        Assert.Null(_shard.Body("p1")["$metadata"]!["temperature"]!["sourceTime"]);
        Assert.Null(_shard.Body("p1")["$metadata"]!["speed"]!["sourceTime"]);
    }

    [Fact]
    public void A_component_is_patched_with_paths_of_its_own()
    {
        _shard.Put("p1", WritableShard.Pump());
        WriteReceipt receipt = _shard.PatchComponent("p1", "motor", """
            [{"op":"add","path":"/rpm","value":3},{"op":"add","path":"/$metadata/rpm/sourceTime","value":"2026-11-03T00:00:00Z"}]
            """).Value;
        Assert.Equal("""{"motor":{"rpm":3}}""", _shard.Properties("p1"));
        Assert.Equal("2026-11-03T00:00:00.0000000Z", (string)_shard.Body("p1")["motor"]!["$metadata"]!["rpm"]!["sourceTime"]!);
        Assert.Equal(receipt.ETag, (string)_shard.Body("p1")["$etag"]!);
        Assert.Equal("GMG033", Assert.Single(_shard.PatchComponent("p1", "motor", """[{"op":"add","path":"/speed","value":3}]""").Errors).Code.Code);
        Assert.Equal("GMG055", Assert.Single(_shard.PatchComponent("p1", "motor", """[{"op":"replace","path":"/$metadata/$model","value":"dtmi:test:Tank;1"}]""").Errors).Code.Code);
        GemelError error = Assert.Single(_shard.PatchComponent("p1", "gear", "[]").Errors);
        Assert.Equal((404, "ComponentNotFound"), (error.Code.Status, error.Code.AzureCode));
        Assert.Equal("GMG010", Assert.Single(_shard.PatchComponent("p9", "motor", "[]").Errors).Code.Code);
    }

    [Fact]
    public void A_model_and_its_properties_change_in_one_patch()
    {
        TwinKey key = _shard.Put("p1", WritableShard.Pump("\"temperature\":1,\"speed\":2,\"serial\":\"A\",\"count\":4", "{\"rpm\":5}")).Value.Key;
        string temperature = (string)_shard.Body("p1")["$metadata"]!["temperature"]!["lastUpdateTime"]!;
        WriteReceipt receipt = _shard.Patch("p1", """
            [{"op":"remove","path":"/speed"},{"op":"replace","path":"/$metadata/$model","value":"dtmi:test:Pump;2"},
             {"op":"replace","path":"/serial","value":7},{"op":"add","path":"/gear/teeth","value":9}]
            """).Value;
        Assert.Equal(key, receipt.Key);
        Assert.Equal("""{"temperature":1,"serial":7,"count":4,"motor":{"rpm":5},"gear":{"teeth":9}}""", _shard.Properties("p1"));
        JsonObject metadata = _shard.Body("p1")["$metadata"]!.AsObject();
        Assert.Equal(TestModels.NewPump, (string)metadata["$model"]!);
        Assert.Equal(temperature, (string)metadata["temperature"]!["lastUpdateTime"]!);
        Assert.Equal(receipt.ETag, (string)_shard.Body("p1")["$etag"]!);
    }

    [Fact]
    public void A_twin_that_would_not_conform_to_the_new_model_keeps_the_old_one()
    {
        _shard.Put("p1", WritableShard.Pump("\"speed\":2,\"serial\":\"A\",\"on\":true"));
        IReadOnlyList<GemelError> errors = _shard.Patch("p1", """
            [{"op":"replace","path":"/$metadata/$model","value":"dtmi:test:Pump;2"},{"op":"replace","path":"/on","value":false}]
            """).Errors;
        Assert.Equal([("GMG041", "/speed"), ("GMM101", "/serial"), ("GMG033", "/on")], errors.Select(e => (e.Code.Code, e.Target)));
        Assert.Equal(TestModels.Pump, (string)_shard.Body("p1")["$metadata"]!["$model"]!);
    }

    [Fact]
    public void A_twin_is_not_moved_to_a_decommissioned_model()
    {
        _shard.Put("t1", WritableShard.Tank());
        _shard.Models = TestModels.PumpDecommissioned;
        Assert.Equal("ModelDecommissioned", Assert.Single(_shard.Patch("t1", """[{"op":"replace","path":"/$metadata/$model","value":"dtmi:test:Pump;1"}]""").Errors).Code.AzureCode);
    }

    [Fact]
    public void A_twin_whose_model_is_deleted_can_be_read_moved_and_deleted_only()
    {
        _shard.Put("p1", WritableShard.Pump("\"temperature\":2"));
        _shard.Put("p2", WritableShard.Pump());
        _shard.Put("t1", WritableShard.Tank());
        _shard.Models = TestModels.WithoutPump;
        Assert.Equal("""{"temperature":2,"motor":{}}""", _shard.Properties("p1"));
        Assert.Equal("GMG040", Assert.Single(_shard.Patch("p1", """[{"op":"add","path":"/speed","value":1}]""").Errors).Code.Code);
        Assert.Equal("GMG040", Assert.Single(_shard.PatchComponent("p1", "motor", """[{"op":"add","path":"/rpm","value":1}]""").Errors).Code.Code);
        Assert.Equal("GMG040", Assert.Single(_shard.Relate("p1", "r1", """{"$relationshipName":"near","$targetId":"t1"}""").Errors).Code.Code);
        Assert.True(_shard.Patch("p1", """[{"op":"replace","path":"/$metadata/$model","value":"dtmi:test:Pump;2"}]""").IsSuccess);
        Assert.True(_shard.Delete("p2").IsSuccess);
    }

    [Fact]
    public void A_twin_takes_up_its_model_uploaded_anew_with_its_next_write()
    {
        _shard.Put("p1", WritableShard.Pump("\"temperature\":2"));
        _shard.Put("p2", WritableShard.Pump("\"speed\":2"));
        _shard.Models = TestModels.PumpAnew;
        Assert.Empty(_shard.Patch("p1", """[{"op":"add","path":"/speed","value":"fast"}]""").Errors);
        Assert.Equal("""{"temperature":2,"speed":"fast","motor":{}}""", _shard.Properties("p1"));
        Assert.Equal("/speed", Assert.Single(_shard.Patch("p2", """[{"op":"add","path":"/on","value":true}]""").Errors).Target);
        Assert.Empty(_shard.Patch("p2", """[{"op":"replace","path":"/speed","value":"slow"}]""").Errors);
    }

    [Fact]
    public void An_empty_patch_leaves_ETag_and_journal_alone()
    {
        string etag = _shard.Put("p1", WritableShard.Pump()).Value.ETag;
        _shard.Shard.Seal().Dispose();
        Assert.Equal(etag, _shard.Patch("p1", "[]").Value.ETag);
        Assert.False(_shard.Shard.HasPending);
    }

    public void Dispose() => _shard.Dispose();
}
