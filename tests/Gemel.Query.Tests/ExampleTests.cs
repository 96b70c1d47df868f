using System.Text.Json.Nodes;

namespace Gemel.Query.Tests;

/// <summary>The rows of <c>tests/cases/query/examples.json</c>.</summary>
public sealed class ExampleTests : IDisposable
{
    private static readonly JsonObject Document = Cases.Read("examples.json");

    private readonly QueryPlant _plant = new(Document["models"]!.AsArray().Select(m => m!.ToJsonString()));

    public ExampleTests()
    {
        foreach ((string id, JsonNode? body) in Document["twins"]!.AsObject())
        {
            _plant.Put(id, body!.ToJsonString());
        }
        foreach ((string id, JsonNode? body) in Document["relationships"]!.AsObject())
        {
            _plant.Relate(body!["$sourceId"]!.GetValue<string>(), id, body.ToJsonString());
        }
        _plant.Seal();
    }

    public static TheoryData<string> Names => [.. Document["cases"]!.AsArray().Select(c => c!["n"]!.GetValue<string>())];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_example_gives_its_rows(string name)
    {
        JsonObject example = Document["cases"]!.AsArray().Single(c => c!["n"]!.GetValue<string>() == name)!.AsObject();
        string query = example["query"]!.GetValue<string>();
        List<string> rows = _plant.Rows(query);
        Assert.Equal(rows, _plant.Rows(query, pageRows: 1));
        if (example["rows"] is JsonArray expected)
        {
            Assert.Equal(expected.Select(r => r!.ToJsonString(TestJson.Options)).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
            return;
        }
        string[] ids = [.. rows.Select(r => IdOf(JsonNode.Parse(r)!, example["in"]?.GetValue<string>()))];
        string[] wanted = [.. example["ids"]!.AsArray().Select(id => id!.GetValue<string>())];
        if (example["top"] is { } top)
        {
            Assert.Equal(top.GetValue<int>(), ids.Distinct().Count());
            Assert.Subset(wanted.ToHashSet(), ids.ToHashSet());
        }
        else
        {
            Assert.Equal(wanted.Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_whole_twin_has_the_bytes_that_GET_gives()
    {
        System.Buffers.ArrayBufferWriter<byte> output = new();
        _plant.Run("SELECT * FROM DIGITALTWINS WHERE $dtId = 'R1'", output);
        Assert.Equal($"[{_plant.Get("R1")}]", System.Text.Encoding.UTF8.GetString(output.WrittenSpan));
        output.Clear();
        _plant.Run("SELECT T FROM DIGITALTWINS T WHERE T.Temperature = 70", output);
        Assert.Equal($"[{{\"T\":{_plant.Get("R2")}}}]", System.Text.Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("SELECT * FROM DIGITALTWINS WHERE $dtId = 'R1'", 1)]
    [InlineData("SELECT * FROM DIGITALTWINS T WHERE T.$dtId IN ['R1','R2'] AND T.Humidity > 0", 2)]
    [InlineData("SELECT * FROM DIGITALTWINS T WHERE T.$dtId = 'none'", 0)]
    [InlineData("SELECT COUNT() FROM DIGITALTWINS T WHERE T.$dtId = 'R1'", 1)]
    [InlineData("SELECT * FROM RELATIONSHIPS WHERE $sourceId = 'R1'", 1)]
    [InlineData("SELECT * FROM RELATIONSHIPS WHERE 'C1' = $targetId", 1)]
    [InlineData("SELECT * FROM DIGITALTWINS WHERE IS_OF_MODEL('dtmi:ex:Room;1')", 3)]
    [InlineData("SELECT * FROM DIGITALTWINS WHERE $metadata.$model = 'dtmi:ex:Sensor;1' AND Status != 'x'", 1)]
    [InlineData("SELECT * FROM DIGITALTWINS WHERE level > 5", 2)]
    [InlineData("SELECT * FROM DIGITALTWINS WHERE nothing > 5", 0)]
    public void Only_what_can_be_in_the_result_is_looked_at(string query, long scanned)
    {
        Assert.Equal(scanned, _plant.Run(query, new System.Buffers.ArrayBufferWriter<byte>()).Scanned);
    }

    public void Dispose() => _plant.Dispose();

    private static string IdOf(JsonNode row, string? member)
    {
        JsonNode node = member is null ? row : row[member]!;
        return (node["$relationshipId"] ?? node["$dtId"])!.GetValue<string>();
    }
}
