using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gemel.Graph.Tests.Writes;

public sealed class PatchOperationTests
{
    [Theory]
    [InlineData("""{"op":"add","path":"/a","value":1}""", "GMG050")]
    [InlineData("""[1]""", "GMG051")]
    [InlineData("""[{"path":"/a","value":1}]""", "GMG051")]
    [InlineData("""[{"op":1,"path":"/a","value":1}]""", "GMG051")]
    [InlineData("""[{"op":"add","value":1}]""", "GMG051")]
    [InlineData("""[{"op":"add","path":"/a"}]""", "GMG051")]
    [InlineData("""[{"op":"test","path":"/a","value":1}]""", "GMG052")]
    [InlineData("""[{"op":"move","from":"/b","path":"/a"}]""", "GMG052")]
    [InlineData("""[{"op":"copy","from":"/b","path":"/a"}]""", "GMG052")]
    [InlineData("""[{"op":"Add","path":"/a","value":1}]""", "GMG052")]
    [InlineData("""[{"op":"remove","path":"a"}]""", "GMG053")]
    [InlineData("""[{"op":"remove","path":"/a~2"}]""", "GMG053")]
    [InlineData("""[{"op":"remove","path":"/a~"}]""", "GMG053")]
    [InlineData("""[{"op":"remove","path":""}]""", "GMG055")]
    public void A_malformed_operation_is_refused_as_JsonPatchInvalid(string patch, string code)
    {
        (List<PatchOperation> operations, List<GemelError> errors) = Read(patch);
        Assert.Empty(operations);
        Assert.All(errors, e => Assert.Equal("JsonPatchInvalid", e.Code.AzureCode));
        Assert.Equal(code, Assert.Single(errors).Code.Code);
    }

    [Fact]
    public void All_malformed_operations_are_reported_and_the_others_read()
    {
        (List<PatchOperation> operations, List<GemelError> errors) = Read("""[7,{"op":"remove","path":"/a"},{"op":"test","path":"b"}]""");
        Assert.Equal("/a", Assert.Single(operations).Path);
        Assert.Equal(["/0", "/2/op", "/2/path"], errors.Select(e => e.Target));
    }

    [Fact]
    public void Pointers_are_unescaped_once()
    {
        (List<PatchOperation> operations, _) = Read("""[{"op":"remove","path":"/a~1b/~01//c d","value":"ignored"}]""");
        Assert.Equal(["a/b", "~1", "", "c d"], Assert.Single(operations).Names);
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""", "add", "/a", "3", """{"a":3,"b":2}""")]
    [InlineData("""{"a":1}""", "add", "/c", "[1]", """{"a":1,"c":[1]}""")]
    [InlineData("""{"a":1}""", "replace", "/a", "\"ü<\"", """{"a":"ü<"}""")]
    [InlineData("""{"a":1}""", "replace", "/c", "1", "GMG054")]
    [InlineData("""{"a":1}""", "remove", "/a", "", "{}")]
    [InlineData("""{"a":1}""", "remove", "/c", "", "GMG054")]
    [InlineData("""{"a":{"b":[0,1]}}""", "add", "/a/b/1", "7", """{"a":{"b":[0,7,1]}}""")]
    [InlineData("[0,1]", "add", "/-", "7", "[0,1,7]")]
    [InlineData("[0,1]", "add", "/2", "7", "[0,1,7]")]
    [InlineData("[0,1]", "add", "/3", "7", "GMG056")]
    [InlineData("[0,1]", "add", "/01", "7", "GMG056")]
    [InlineData("[0,1]", "add", "/x", "7", "GMG056")]
    [InlineData("[0,1]", "replace", "/1", "7", "[0,7]")]
    [InlineData("[0,1]", "replace", "/2", "7", "GMG056")]
    [InlineData("[0,1]", "replace", "/-", "7", "GMG056")]
    [InlineData("[0,1]", "remove", "/0", "", "[1]")]
    [InlineData("[0,1]", "remove", "/-1", "", "GMG056")]
    [InlineData("[[0]]", "add", "/1/0", "1", "GMG054")]
    [InlineData("5", "add", "/a", "1", "GMG054")]
    [InlineData("""{"a":1.10}""", "add", "/b", "1e2", """{"a":1.10,"b":1e2}""")]
    public void Operations_change_places_within_a_value(string before, string op, string path, string json, string after)
    {
        string member = json.Length == 0 ? "" : $",\"value\":{json}";
        (List<PatchOperation> operations, _) = Read($"[{{\"op\":\"{op}\",\"path\":\"{path}\"{member}}}]");
        JsonNode value = JsonEdit.Parse(Encoding.UTF8.GetBytes(before));
        GemelError? error = JsonEdit.Apply(value, operations[0], operations[0].Names);
        Assert.Equal(after, error?.Code.Code ?? Encoding.UTF8.GetString(JsonEdit.Serialize(value)));
    }

    private static (List<PatchOperation> Operations, List<GemelError> Errors) Read(string patch)
    {
        List<GemelError> errors = [];
        return (PatchOperation.Read(JsonDocument.Parse(patch).RootElement, errors), errors);
    }
}
