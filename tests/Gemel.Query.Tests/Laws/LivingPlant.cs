using System.Buffers;
using System.Text.Json.Nodes;
using Gemel.Graph;

namespace Gemel.Query.Tests.Laws;

/// <summary>Pumps and tanks that come, go, change and change their model at random.</summary>
internal sealed class LivingPlant : IDisposable
{
    private static readonly string[] Models =
    [
        """
        {"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Motor;1","@type":"Interface","contents":[
          {"@type":"Property","name":"rpm","schema":"double"},{"@type":"Property","name":"label","schema":"string"},
          {"@type":"Telemetry","name":"vibration","schema":"double"}]}
        """,
        Pump(1, "integer"),
        Pump(2, "string"),
        """
        {"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Tank;1","@type":"Interface","contents":[
          {"@type":"Property","name":"temperature","schema":"string"},{"@type":"Property","name":"motor","schema":"string"},
          {"@type":"Relationship","name":"feeds","properties":[{"@type":"Property","name":"pipe","schema":"double"},
            {"@type":"Property","name":"note","schema":{"@type":"Object","fields":[{"name":"text","schema":"string"}]}}]}]}
        """,
    ];

    private static readonly string[] Texts = ["\"a\"", "\"ab\"", "\"\"", "\"p1\"", "\"D'Souza\"", "\"é\"", "\"😀\"", "\"x\\\\y\\n\"", "\"\\\"\""];
    private static readonly string[] Doubles = ["0", "1", "1.5", "80", "0.1", "-0.25", "9007199254740992", "1e300", "-1E19"];
    private static readonly string[] Floats = ["0", "1", "0.1", "0.3", "1.5", "1e30", "-2.5"];
    private static readonly string[] Longs = ["0", "1", "-1", "80", "9007199254740993", "9223372036854775807"];

    private readonly Random _random;
    private readonly SortedSet<string> _living = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Source, string Id), string> _relationships = [];

    public LivingPlant(Random random)
    {
        _random = random;
        for (int i = 0; i < 3; i++)
        {
            Change(random.Next(1, 60));
        }
    }

    public QueryPlant Plant { get; } = new(Models);

    /// <summary>What GET shows of all twins at the present commit, telemetry added.</summary>
    public List<JsonObject> Twins() => [.. _living.Select(id => JsonNode.Parse(Plant.Get(id, Plant.Moment with { Json = new TwinJsonOptions(true, IncludeTelemetry: true) }))!.AsObject())];

    public List<JsonObject> Relationships() => [.. _relationships.Keys.Select(key =>
    {
        ArrayBufferWriter<byte> json = new();
        RelationshipJson.Write(Plant.ShardOf(key.Source).FindRelationship(key.Source, RelationshipId.Create(key.Id), Plant.Commit)!, json);
        return JsonNode.Parse(json.WrittenSpan)!.AsObject();
    })];

    /// <summary>Makes some changes and one commit of them.</summary>
    public void Change(int changes)
    {
        for (int i = 0; i < changes; i++)
        {
            ChangeOne($"p{_random.Next(80)}");
        }
        Plant.Seal();
    }

    /// <summary>Nobody needs anything before the commit any more.</summary>
    public void Release(long commit)
    {
        foreach (Shard shard in Plant.Shards)
        {
            shard.Release(commit);
        }
    }

    public void Dispose() => Plant.Dispose();

    private void ChangeOne(string id)
    {
        int what = _random.Next(10);
        if (what < 5 || !_living.Contains(id))
        {
            Plant.Put(id, Body(id));
            _living.Add(id);
        }
        else if (what < 7)
        {
            Delete(id);
        }
        else if (what == 7)
        {
            Relate(id);
        }
        else if (Plant.ShardOf(id).Directory.Find(id)!.Schema.Columns.Any(c => c.Name == "flow"))
        {
            Plant.Telemetry(id, what == 8 ? null : "motor", what == 8 ? $$"""{"flow":{{Pick(Doubles)}} }""" : $$"""{"vibration":{{Pick(Doubles)}} }""");
        }
    }

    private void Relate(string id)
    {
        string target = _living.ElementAt(_random.Next(_living.Count));
        bool isTank = Plant.ShardOf(id).Directory.Find(id)!.Schema.FindRelationship("feeds") is not null;
        string relationship = $"r{_random.Next(4)}";
        if (isTank && target != id && !_relationships.ContainsKey((id, relationship)))
        {
            string note = Maybe("note", $$"""{"text":{{Pick(Texts)}} }""");
            Plant.Relate(id, relationship, $$"""{"$relationshipName":"feeds","$targetId":"{{target}}"{{Maybe("pipe", Doubles)}}{{note}} }""");
            _relationships.Add((id, relationship), target);
        }
    }

    private void Delete(string id)
    {
        foreach (((string Source, string Id) key, string target) in _relationships.Where(r => r.Key.Source == id || r.Value == id).ToArray())
        {
            Plant.Unrelate(key.Source, key.Id);
            _relationships.Remove(key);
        }
        Plant.Delete(id);
        _living.Remove(id);
    }

    private string Body(string id)
    {
        bool mustStayTank = _relationships.Keys.Any(k => k.Source == id);
        int model = mustStayTank ? 2 : _random.Next(3);
        if (model == 2)
        {
            return $$"""{"$metadata":{"$model":"dtmi:test:Tank;1"}{{Maybe("temperature", Texts)}}{{Maybe("motor", Texts)}} }""";
        }
        string[] members =
        [
            Maybe("temperature", Doubles), model == 0 ? Maybe("serial", ["1", "2", "80"]) : Maybe("serial", Texts), Maybe("total", Longs), Maybe("ratio", Floats),
            Maybe("on", ["true", "false"]), Maybe("mode", ["\"idle\"", "\"a\""]), Maybe("level", ["1", "-1", "80"]), Maybe("codes", $"[{Pick(Doubles)},{Pick(Doubles)}]"),
            Maybe("config", $$"""{"x":{{Pick(Doubles)}},"name":{{Pick(Texts)}},"list":[{{Pick(Doubles)}}]}"""), Maybe("tags", $$"""{"k1":{{Pick(Texts)}} }"""),
            $$""","motor":{"$metadata":{}{{Maybe("rpm", Doubles)}}{{Maybe("label", Texts)}} }""",
        ];
        return $$"""{"$metadata":{"$model":"dtmi:test:Pump;{{model + 1}}"}{{string.Concat(members)}} }""";
    }

    private string Pick(string[] values) => values[_random.Next(values.Length)];

    private string Maybe(string name, string[] values) => Maybe(name, Pick(values));

    private string Maybe(string name, string json) => _random.Next(3) == 0 ? "" : $",\"{name}\":{json}";

    private static string Pump(int version, string serial) => """
        {"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Pump;VERSION","@type":"Interface","contents":[
          {"@type":"Property","name":"temperature","schema":"double"},{"@type":"Property","name":"serial","schema":"SERIAL"},
          {"@type":"Property","name":"total","schema":"long"},{"@type":"Property","name":"ratio","schema":"float"},{"@type":"Property","name":"on","schema":"boolean"},
          {"@type":"Property","name":"mode","schema":{"@type":"Enum","valueSchema":"string","enumValues":[{"name":"Idle","enumValue":"idle"},{"name":"A","enumValue":"a"}]}},
          {"@type":"Property","name":"level","schema":{"@type":"Enum","valueSchema":"integer","enumValues":[{"name":"One","enumValue":1},{"name":"Low","enumValue":-1},{"name":"High","enumValue":80}]}},
          {"@type":"Property","name":"config","schema":{"@type":"Object","fields":[{"name":"x","schema":"double"},{"name":"name","schema":"string"},{"name":"list","schema":{"@type":"Array","elementSchema":"double"}}]}},
          {"@type":"Property","name":"codes","schema":{"@type":"Array","elementSchema":"double"}},
          {"@type":"Property","name":"tags","schema":{"@type":"Map","mapKey":{"name":"key","schema":"string"},"mapValue":{"name":"value","schema":"string"}}},
          {"@type":"Telemetry","name":"flow","schema":"double"},
          {"@type":"Component","name":"motor","schema":"dtmi:test:Motor;1"}]}
        """.Replace("VERSION", $"{version}", StringComparison.Ordinal).Replace("SERIAL", serial, StringComparison.Ordinal);
}
