using System.Text;
using System.Text.Json.Nodes;

namespace Gemel.Graph.Tests.Writes;

public sealed class RelationshipWriteTests : IDisposable
{
    private const string Feeds = """{"$relationshipName":"feeds","$targetId":"t1"}""";

    private readonly WritableShard _shard = new();

    public RelationshipWriteTests()
    {
        _shard.Put("p1", WritableShard.Pump());
        _shard.Put("p2", WritableShard.Pump());
        _shard.Put("t1", WritableShard.Tank());
        _shard.Put("t2", WritableShard.Tank("dtmi:test:BigTank;1"));
    }

    [Fact]
    public void A_new_relationship_has_what_the_body_gives()
    {
        WriteReceipt receipt = _shard.Relate("p1", "r1", """
            {"$relationshipId":"other","$sourceId":"p9","$etag":"x","$relationshipName":"feeds","$targetId":"t1","note":{"text":"ü\n"},"pipe":5}
            """).Value;
        Assert.True(receipt.Created);
        JsonObject body = _shard.Relationship("p1", "r1")!;
        Assert.Equal(receipt.ETag, (string)body["$etag"]!);
        body.Remove("$etag");
        Assert.Equal(
            """{"$relationshipId":"r1","$sourceId":"p1","$relationshipName":"feeds","$targetId":"t1","pipe":5,"note":{"text":"\u00FC\n"}}""",
            body.ToJsonString());
    }

    [Fact]
    public void A_target_may_be_of_a_model_that_extends_the_declared_one()
    {
        Assert.True(_shard.Relate("p1", "r1", """{"$relationshipName":"feeds","$targetId":"t2"}""").IsSuccess);
        Assert.True(_shard.Relate("p1", "r2", """{"$relationshipName":"near","$targetId":"p2"}""").IsSuccess);
    }

    [Theory]
    [InlineData("[]", 400, "GMG006", "InvalidArgument", "")]
    [InlineData("{", 400, "GMG001", "InvalidArgument", null)]
    [InlineData("""{"$targetId":"t1"}""", 400, "GMG060", "InvalidRelationship", "/$relationshipName")]
    [InlineData("""{"$relationshipName":"feeds"}""", 400, "GMG060", "InvalidRelationship", "/$targetId")]
    [InlineData("""{"$relationshipName":"feeds","$targetId":7}""", 400, "GMG060", "InvalidRelationship", "/$targetId")]
    [InlineData("""{"$relationshipName":"feed","$targetId":"t1"}""", 400, "GMG061", "InvalidRelationship", "/$relationshipName")]
    [InlineData("""{"$relationshipName":"feeds","$targetId":"p2"}""", 400, "GMG062", "InvalidRelationship", "/$targetId")]
    [InlineData("""{"$relationshipName":"near","$targetId":"p1"}""", 400, "GMG063", "OperationNotAllowed", "/$targetId")]
    [InlineData("""{"$relationshipName":"feeds","$targetId":"t9"}""", 404, "GMG013", "TargetTwinNotFound", "/$targetId")]
    [InlineData("""{"$relationshipName":"feeds","$targetId":"#"}""", 404, "GMG013", "TargetTwinNotFound", "/$targetId")]
    [InlineData("""{"$relationshipName":"feeds","$targetId":"t1","pip":1}""", 400, "GMG065", "ValidationFailed", "/pip")]
    [InlineData("""{"$relationshipName":"feeds","$targetId":"t1","pipe":"x"}""", 400, "GMM101", "ValidationFailed", "/pipe")]
    [InlineData("""{"$relationshipName":"feeds","$targetId":"t1","pipe":null}""", 400, "GMG037", "ValidationFailed", "/pipe")]
    [InlineData("""{"$relationshipName":"feeds","$targetId":"t1","note":{"text":5}}""", 400, "GMM101", "ValidationFailed", "/note/text")]
    [InlineData("""{"$relationshipName":"feeds","$targetId":"t1","$x":1}""", 400, "GMG039", "ValidationFailed", "/$x")]
    [InlineData("""{"$relationshipName":"feeds","$targetId":"t1","pipe":1,"pipe":2}""", 400, "GMG004", "InvalidArgument", "/pipe")]
    public void A_body_in_error_makes_no_relationship(string json, int status, string code, string azure, string? target)
    {
        GemelError error = Assert.Single(_shard.Relate("p1", "r1", json).Errors);
        Assert.Equal((status, code, azure, target), (error.Code.Status, error.Code.Code, error.Code.AzureCode, error.Target));
        Assert.NotEmpty(error.Message);
        Assert.Null(_shard.Relationship("p1", "r1"));
    }

    [Fact]
    public void All_errors_come_at_once()
    {
        IReadOnlyList<GemelError> errors = _shard.Relate("p1", "r1", """{"$relationshipName":"feeds","$targetId":"t9","pip":1,"pipe":"x","$y":1}""").Errors;
        Assert.Equal(["/$targetId", "/pip", "/$y", "/pipe"], errors.Select(e => e.Target));
    }

    [Fact]
    public void An_unknown_source_is_not_found() =>
        Assert.Equal("DigitalTwinNotFound", Assert.Single(_shard.Relate("p9", "r1", Feeds).Errors).Code.AzureCode);

    [Fact]
    public void A_second_put_replaces_name_target_and_properties()
    {
        string first = _shard.Relate("p1", "r1", """{"$relationshipName":"feeds","$targetId":"t1","pipe":1}""").Value.ETag;
        WriteReceipt second = _shard.Relate("p1", "r1", """{"$relationshipName":"near","$targetId":"p2"}""").Value;
        Assert.False(second.Created);
        Assert.NotEqual(first, second.ETag);
        Assert.Equal("p2", (string)_shard.Relationship("p1", "r1")!["$targetId"]!);
        Assert.Null(_shard.Relationship("p1", "r1")!["pipe"]);
        Assert.True(_shard.Delete("t1").IsSuccess);
        Assert.Same(GraphErrors.RelationshipsNotDeleted, Assert.Single(_shard.Delete("p2").Errors).Code);
    }

    [Fact]
    public void Conditions_hold_for_relationships_too()
    {
        WriteCondition create = WriteCondition.Parse(null, "*").Value;
        string etag = _shard.Relate("p1", "r1", Feeds, create).Value.ETag;
        Assert.Equal(412, Assert.Single(_shard.Relate("p1", "r1", Feeds, create).Errors).Code.Status);
        WriteCondition match = WriteCondition.Parse(etag, null).Value;
        Assert.True(_shard.PatchRelationship("p1", "r1", """[{"op":"add","path":"/pipe","value":1}]""", match).IsSuccess);
        Assert.Equal(412, Assert.Single(_shard.PatchRelationship("p1", "r1", "[]", match).Errors).Code.Status);
        Assert.Equal(412, Assert.Single(_shard.Unrelate("p1", "r1", match).Errors).Code.Status);
        Assert.NotNull(_shard.Relationship("p1", "r1"));
    }

    [Fact]
    public void A_relationship_made_again_has_another_ETag()
    {
        string first = _shard.Relate("p1", "r1", Feeds).Value.ETag;
        _shard.Shard.Seal().Dispose();
        _shard.Unrelate("p1", "r1").Value.ToString();
        _shard.Shard.Seal().Dispose();
        _shard.Shard.Release(_shard.Shard.PendingCommit - 1);
        Assert.NotEqual(first, _shard.Relate("p1", "r1", Feeds).Value.ETag);
    }

    [Theory]
    [InlineData("""[{"op":"add","path":"/pipe","value":2.5}]""", """{"pipe":2.5,"note":{"text":"a"}}""")]
    [InlineData("""[{"op":"replace","path":"/note/text","value":"b"}]""", """{"pipe":1,"note":{"text":"b"}}""")]
    [InlineData("""[{"op":"remove","path":"/pipe"},{"op":"remove","path":"/note"}]""", "{}")]
    [InlineData("[]", """{"pipe":1,"note":{"text":"a"}}""")]
    public void A_patch_changes_properties(string patch, string after)
    {
        _shard.Relate("p1", "r1", """{"$relationshipName":"feeds","$targetId":"t1","note":{"text":"a"},"pipe":1}""");
        WriteReceipt receipt = _shard.PatchRelationship("p1", "r1", patch).Value;
        JsonObject body = _shard.Relationship("p1", "r1")!;
        Assert.Equal(receipt.ETag, (string)body["$etag"]!);
        Assert.Equal("t1", (string)body["$targetId"]!);
        foreach (string name in body.Select(m => m.Key).Where(n => n.StartsWith('$')).ToArray())
        {
            body.Remove(name);
        }
        Assert.Equal(after, body.ToJsonString());
    }

    [Theory]
    [InlineData("""[{"op":"replace","path":"/$targetId","value":"t2"}]""", "GMG055", "JsonPatchInvalid")]
    [InlineData("""[{"op":"replace","path":"/pipe","value":1}]""", "GMG054", "JsonPatchInvalid")]
    [InlineData("""[{"op":"add","path":"/note/text","value":"x"}]""", "GMG054", "JsonPatchInvalid")]
    [InlineData("""[{"op":"add","path":"/pip","value":1}]""", "GMG065", "ValidationFailed")]
    [InlineData("""[{"op":"add","path":"/pipe","value":"x"}]""", "GMM101", "ValidationFailed")]
    [InlineData("""{"op":"add","path":"/pipe","value":1}""", "GMG050", "JsonPatchInvalid")]
    public void A_patch_in_error_changes_nothing(string patch, string code, string azure)
    {
        string etag = _shard.Relate("p1", "r1", Feeds).Value.ETag;
        GemelError error = Assert.Single(_shard.PatchRelationship("p1", "r1", patch).Errors);
        Assert.Equal((code, azure), (error.Code.Code, error.Code.AzureCode));
        Assert.Equal(etag, (string)_shard.Relationship("p1", "r1")!["$etag"]!);
    }

    [Fact]
    public void What_is_not_there_is_not_found()
    {
        Assert.Equal("RelationshipNotFound", Assert.Single(_shard.PatchRelationship("p1", "r9", "[]").Errors).Code.AzureCode);
        Assert.Equal("RelationshipNotFound", Assert.Single(_shard.Unrelate("p1", "r9").Errors).Code.AzureCode);
        Assert.Equal("DigitalTwinNotFound", Assert.Single(_shard.Unrelate("p9", "r9").Errors).Code.AzureCode);
    }

    [Fact]
    public void A_twin_with_relationships_either_way_is_not_deleted_until_they_are()
    {
        _shard.Relate("p1", "r1", Feeds);
        foreach (string id in (string[])["p1", "t1"])
        {
            GemelError error = Assert.Single(_shard.Delete(id).Errors);
            Assert.Equal((400, "RelationshipsNotDeleted"), (error.Code.Status, error.Code.AzureCode));
        }
        Assert.True(_shard.Unrelate("p1", "r1").IsSuccess);
        Assert.True(_shard.Delete("t1").IsSuccess);
        Assert.True(_shard.Delete("p1").IsSuccess);
        Assert.Equal("DigitalTwinNotFound", Assert.Single(_shard.Delete("p1").Errors).Code.AzureCode);
    }

    [Fact]
    public void Relationships_of_a_twin_whose_model_is_deleted_can_go_and_new_ones_come_in()
    {
        _shard.Relate("p1", "r1", Feeds);
        _shard.Relate("p2", "r2", """{"$relationshipName":"feeds","$targetId":"t1"}""");
        _shard.Models = TestModels.WithoutPump;
        Assert.Equal("GMG040", Assert.Single(_shard.PatchRelationship("p1", "r1", "[]").Errors).Code.Code);
        Assert.True(_shard.Unrelate("p1", "r1").IsSuccess);
        Assert.True(_shard.Delete("p1").IsSuccess);
    }

    [Fact]
    public void A_relationship_lies_in_the_shards_of_both_its_twins()
    {
        using var targets = new WritableShard();
        targets.Put("t7", WritableShard.Tank());
        int slot = Slots.Of(TwinId.Create("t7"));
        HeldShards both = s => s == slot ? targets.Shard : _shard.Shard;
        HeldShards one = s => s == slot ? null : _shard.Shard;
        var (source, id) = (TwinId.Create("p1"), RelationshipId.Create("r1"));
        byte[] json = Encoding.UTF8.GetBytes("""{"$relationshipName":"feeds","$targetId":"t7"}""");
        Assert.Equal([TwinId.Create("t7")], _shard.Shard.RelationshipTargets(source, id, json));
        GemelError error = Assert.Single(_shard.Shard.PutRelationship(source, id, json, default, one, TestModels.All, WritableShard.Admin, WritableShard.Start).Errors);
        Assert.Equal(("GMG066", true), (error.Code.Code, error.Code.IsRetryable));
        Assert.True(_shard.Shard.PutRelationship(source, id, json, default, both, TestModels.All, WritableShard.Admin, WritableShard.Start).IsSuccess);
        Assert.Single(targets.Shard.Incoming(targets.Shard.Directory.Find("t7")!, targets.Shard.PendingCommit));
        Assert.Equal([TwinId.Create("t7"), TwinId.Create("t1")], _shard.Shard.RelationshipTargets(source, id, Encoding.UTF8.GetBytes(Feeds)));
        Assert.Equal("GMG066", Assert.Single(_shard.Shard.PutRelationship(source, id, Encoding.UTF8.GetBytes(Feeds), default, one, TestModels.All, WritableShard.Admin, WritableShard.Start).Errors).Code.Code);
        Assert.Equal("GMG066", Assert.Single(_shard.Shard.DeleteRelationship(source, id, default, one, WritableShard.Admin, WritableShard.Start).Errors).Code.Code);
        Assert.True(_shard.Shard.PutRelationship(source, id, Encoding.UTF8.GetBytes(Feeds), default, both, TestModels.All, WritableShard.Admin, WritableShard.Start).IsSuccess);
        Assert.Empty(targets.Shard.Incoming(targets.Shard.Directory.Find("t7")!, targets.Shard.PendingCommit));
        Assert.True(targets.Delete("t7").IsSuccess);
    }

    public void Dispose() => _shard.Dispose();
}
