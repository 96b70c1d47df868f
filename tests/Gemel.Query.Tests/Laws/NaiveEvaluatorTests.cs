using System.Text.Json.Nodes;
using CsCheck;

namespace Gemel.Query.Tests.Laws;

/// <summary>Any query gives the rows that plain loops over JSON documents give.</summary>
public sealed class NaiveEvaluatorTests
{
    private static readonly string[] TwinPaths =
    [
        "temperature", "serial", "total", "ratio", "on", "mode", "level", "config", "config.x", "config.name", "config.list", "config.x.y", "codes", "tags.k1",
        "motor", "motor.rpm", "motor.label", "$dtId", "$metadata", "$metadata.$model", "$metadata.temperature.lastUpdateTime", "$etag",
        "$telemetry.flow", "$telemetry.motor.vibration", "flow", "nothing", "nothing.deep", "motor.vibration", "serial.deep",
    ];

    private static readonly string[] RelationshipPaths = ["$relationshipId", "$sourceId", "$targetId", "$relationshipName", "$etag", "pipe", "note", "note.text", "nothing"];

    [Fact]
    public void Twins_equal_the_naive_answer_through_pages_while_they_change() => Gen.Int.Sample(seed =>
    {
        Random random = new(seed);
        using LivingPlant living = new(random);
        for (int i = 0; i < 8; i++)
        {
            QueryGenerator generator = new(random, random.Next(2) == 0 ? "" : "T", TwinPaths);
            NaiveCondition condition = generator.Condition(depth: 3);
            string[] shown = [.. Enumerable.Range(0, random.Next(3)).Select(_ => generator.Path()).Distinct()];
            string select = shown.Length == 0 ? "*" : string.Join(", ", shown.Select((p, n) => $"{generator.Qualified(p)} AS c{n}"));
            string from = generator.Qualified("x") == "x" ? "DIGITALTWINS" : "DIGITALTWINS T";
            List<JsonObject> selected = [.. living.Twins().Where(d => condition.Evaluate(d) == true)];

            Check(living, random, $"SELECT {select} FROM {from} WHERE {condition.Text}", [.. selected.Select(d => RowOf(d, shown))]);
            CheckCount(living, $"SELECT COUNT() FROM {from} WHERE {condition.Text}", condition, living.Twins);
        }
    }, iter: 60);

    [Fact]
    public void Relationships_equal_the_naive_answer_through_pages_while_they_change() => Gen.Int.Sample(seed =>
    {
        Random random = new(seed);
        using LivingPlant living = new(random);
        for (int i = 0; i < 5; i++)
        {
            living.Change(100);
            QueryGenerator generator = new(random, "R", RelationshipPaths);
            NaiveCondition condition = generator.Condition(depth: 2);
            List<string> expected = [.. living.Relationships().Where(d => condition.Evaluate(d) == true).Select(d => d.ToJsonString(TestJson.Options))];

            Check(living, random, $"SELECT * FROM RELATIONSHIPS R WHERE {condition.Text}", expected);
            CheckCount(living, $"SELECT COUNT() FROM RELATIONSHIPS R WHERE {condition.Text}", condition, living.Relationships);
        }
    }, iter: 30);

    [Theory]
    [InlineData("temperature")]
    [InlineData("total")]
    [InlineData("ratio")]
    [InlineData("level")]
    [InlineData("serial")]
    [InlineData("config.x")]
    [InlineData("motor.rpm")]
    [InlineData("$telemetry.flow")]
    public void Every_comparison_with_every_constant_equals_the_naive_answer(string path)
    {
        using LivingPlant living = new(new Random(1));
        living.Change(300);
        List<JsonObject> twins = living.Twins();
        foreach (string literal in QueryGenerator.Literals)
        {
            foreach (string comparison in (string[])["=", "!=", "<", "<=", ">", ">="])
            {
                string[] expected = [.. twins.Where(t => NaiveValue.Compare(comparison, NaiveValue.Find(t, path), QueryGenerator.ValueOf(literal)) == true).Select(t => t["$dtId"]!.GetValue<string>())];
                IEnumerable<string> rows = living.Plant.Rows($"SELECT $dtId FROM DIGITALTWINS WHERE {path} {comparison} {literal}").Select(r => JsonNode.Parse(r)!["$dtId"]!.GetValue<string>());
                Assert.Equal(expected, rows.Order(StringComparer.Ordinal));
            }
        }
    }

    [Fact]
    public void Models_are_asked_by_version_and_inheritance() => Gen.Int.Sample(seed =>
    {
        using LivingPlant living = new(new Random(seed));
        List<JsonObject> twins = living.Twins();
        foreach ((string call, string[] models) in ((string, string[])[])
            [("'dtmi:test:Pump;1'", ["dtmi:test:Pump;1", "dtmi:test:Pump;2"]), ("'dtmi:test:Pump;2'", ["dtmi:test:Pump;2"]), ("'dtmi:test:Pump;1', exact", ["dtmi:test:Pump;1"]), ("'dtmi:test:No;1'", [])])
        {
            string[] expected = [.. twins.Where(t => models.Contains(t["$metadata"]!["$model"]!.GetValue<string>())).Select(t => t["$dtId"]!.ToJsonString())];
            IEnumerable<string> found = living.Plant.Rows($"SELECT $dtId FROM DIGITALTWINS WHERE IS_OF_MODEL({call})", pageRows: 7).Select(r => JsonNode.Parse(r)!["$dtId"]!.ToJsonString());
            Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        }
    }, iter: 20);

    private static void Check(LivingPlant living, Random random, string query, List<string> expected)
    {
        QueryMoment moment = living.Plant.Moment;
        int pageRows = random.Next(1, 8);
        List<string> rows = living.Plant.Rows(query, pageRows, moment, between: () =>
        {
            living.Change(random.Next(4));
            living.Release(moment.Commit);
        });
        Assert.Equal(expected.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    private static void CheckCount(LivingPlant living, string query, NaiveCondition condition, Func<List<JsonObject>> documents)
    {
        int expected = documents().Count(d => condition.Evaluate(d) == true);
        Assert.Equal([$"{{\"COUNT\":{expected}}}"], living.Plant.Rows(query));
    }

    private static string RowOf(JsonObject document, string[] shown)
    {
        JsonObject row = new(shown.Select((path, n) => KeyValuePair.Create($"c{n}", NaiveValue.Find(document, path)?.DeepClone())).Where(m => m.Value is not null));
        if (shown.Length == 0)
        {
            row = document.DeepClone().AsObject();
            row.Remove("$telemetry");
        }
        return row.ToJsonString(TestJson.Options);
    }
}
