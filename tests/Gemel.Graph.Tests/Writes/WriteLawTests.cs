using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Gemel.Graph.Tests.Writes;

/// <summary>Laws that hold for any writes.</summary>
public sealed class WriteLawTests
{
    private static readonly Gen<string> Strings = Gen.OneOf(
        Gen.Char['\0', '\uD7FF'].Select(c => c.ToString()), Gen.Const("😀"), Gen.Const("\""), Gen.Const("\\"), Gen.Const("</a>"), Gen.Char['a', 'z'].Select(c => c.ToString()))
        .Array[0, 20].Select(string.Concat);

    private static readonly Gen<double> Doubles = Gen.Double.Where(double.IsFinite);

    private static readonly Gen<(string Name, string Json)> Properties = Gen.OneOf(
        Doubles.Select(d => ("temperature", Text(d))),
        Gen.OneOf(Gen.Int, Gen.Const(int.MinValue), Gen.Const(int.MaxValue)).Select(i => ("speed", Text(i))),
        Strings.Select(s => ("serial", JsonSerializer.Serialize(s))),
        Gen.Bool.Select(b => ("on", b ? "true" : "false")),
        Gen.Float.Where(float.IsFinite).Select(f => ("ratio", Text(f))),
        Gen.OneOf(Gen.Long, Gen.Const(long.MinValue), Gen.Const(long.MaxValue)).Select(l => ("count", Text(l))),
        AnyOf("\"idle\"", "\"run \\\"fast\\\"\"").Select(m => ("mode", m)),
        AnyOf("10", "-20").Select(l => ("level", l)),
        Gen.Select(Doubles, Strings, Gen.Int.Array[0, 3]).Select((x, name, list) => ("config", $$"""{"x":{{Text(x)}},"name":{{JsonSerializer.Serialize(name)}},"list":{{JsonSerializer.Serialize(list)}}}""")),
        Gen.Dictionary(Strings, Strings)[0, 3].Select(d => ("tags", JsonSerializer.Serialize(d))),
        Gen.Int.Array[0, 4].Select(a => ("codes", JsonSerializer.Serialize(a))));

    private static readonly Gen<string> Bodies = Gen.Select(
        Properties.Array[0, 11].Select(ps => string.Join(",", ps.DistinctBy(p => p.Name).Select(p => $"\"{p.Name}\":{p.Json}"))),
        Gen.OneOf(Gen.Const("{}"), Doubles.Select(d => $"{{\"rpm\":{Text(d)}}}"), Strings.Select(s => $"{{\"label\":{JsonSerializer.Serialize(s)}}}")))
        .Select((members, motor) => WritableShard.Pump(members, motor));

    private static readonly Gen<string> Operations = Gen.Select(
        AnyOf("add", "replace", "remove"),
        Gen.OneOf(
            Properties.Select(p => ($"/{p.Name}", p.Json)),
            AnyOf(("/motor/rpm", "5"), ("/motor/label", "\"x\""), ("/config/x", "2.5"), ("/config/list", "[]"), ("/config/list/0", "7"), ("/config/list/-", "8"),
                ("/codes/1", "9"), ("/codes/-", "4"), ("/tags/a~1b", "\"c\""), ("/tags/~0", "\"\"")),
            Strings.Select(s => ($"/tags/{s.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", "\"v\""))))
        .Where((op, place) => op == "add" || !place.Item1.EndsWith("/-", StringComparison.Ordinal))
        .Select((op, place) => $$"""{"op":"{{op}}","path":{{JsonSerializer.Serialize(place.Item1)}},"value":{{place.Item2}}}""");

    private static readonly Gen<string> Patches = Operations.Array[1, 5].Select(o => $"[{string.Join(",", o)}]");

    [Fact]
    public void A_twin_put_again_from_its_own_JSON_has_the_same_state()
    {
        Bodies.Sample(body =>
        {
            using WritableShard shard = new();
            shard.Put("a", body).Value.ToString();
            shard.Put("b", shard.Text("a")).Value.ToString();
            Assert.Equal(shard.Properties("a"), shard.Properties("b"));
            TwinView a = shard.View("a");
            TwinView b = shard.View("b");
            for (int i = 0; i < a.Cells.Length; i++)
            {
                Assert.Equal((a.Cells[i].HasValue, a.Cells[i].Bits), (b.Cells[i].HasValue, b.Cells[i].Bits));
                Assert.Equal(a.Cells[i].Text, b.Cells[i].Text);
            }
        }, iter: 300);
    }

    [Fact]
    public void What_was_put_is_what_is_got()
    {
        Bodies.Sample(body =>
        {
            using WritableShard shard = new();
            shard.Put("a", body).Value.ToString();
            JsonObject expected = JsonNode.Parse(body)!.AsObject();
            expected.Remove("$metadata");
            Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(shard.Properties("a"))), $"{body} became {shard.Properties("a")}");
        }, iter: 300);
    }

    [Fact]
    public void A_patch_does_what_RFC_6902_says_or_nothing()
    {
        Gen.Select(Bodies, Patches).Sample((body, patch) =>
        {
            using WritableShard shard = new();
            string etag = shard.Put("a", body).Value.ETag;
            JsonObject before = JsonNode.Parse(shard.Properties("a"))!.AsObject();
            JsonObject? expected = NaivePatch.Apply(before, JsonNode.Parse(patch)!.AsArray());
            Outcome<WriteReceipt> outcome = shard.Patch("a", patch);
            Assert.Equal(expected is not null, outcome.IsSuccess);
            Assert.True(JsonNode.DeepEquals(expected ?? before, JsonNode.Parse(shard.Properties("a"))), $"{patch} made of {before} {shard.Properties("a")}");
            Assert.True(outcome.IsSuccess || etag == (string)shard.Body("a")["$etag"]!);
        }, iter: 500);
    }

    [Fact]
    public void Replay_of_the_journal_gives_what_was_written_and_a_rollback_what_was_durable()
    {
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 3], Bodies, Patches).Array[1, 30].Sample(steps =>
        {
            using WritableShard shard = new();
            List<byte[]> journal = [];
            string durable = "";
            foreach ((int kind, int id, string body, string patch) in steps)
            {
                Do(shard, kind, id, body, patch);
                if (kind == 7)
                {
                    using SealedChanges changes = shard.Shard.Seal();
                    journal.Add(changes.Payload.ToArray());
                    durable = All(shard);
                }
            }
            shard.Shard.Rollback(journal.Count);
            Assert.Equal(durable, journal.Count == 0 ? "" : All(shard));
            Assert.Equal(durable, journal.Count == 0 ? "" : Replayed(journal));
        }, iter: 150);
    }

    private static void Do(WritableShard shard, int kind, int number, string body, string patch)
    {
        string id = $"p{number}";
        string relation = number == 0 ? "r" : "q";
        switch (kind)
        {
            case 0 or 1: shard.Put(id, body); break;
            case 2 or 3: shard.Patch(id, patch); break;
            case 4: shard.Relate(id, relation, $$"""{"$relationshipName":"near","$targetId":"p{{(number + body.Length) % 4}}"}"""); break;
            case 5: shard.Unrelate(id, relation); break;
            case 6: shard.Delete(id); break;
        }
    }

    private static string All(WritableShard shard)
    {
        List<string> all = [];
        for (int i = 0; i < 4; i++)
        {
            if (shard.Shard.Directory.Find($"p{i}") is { } twin)
            {
                all.Add(shard.Text(twin.Id.Value));
                all.AddRange(shard.Shard.Outgoing(twin, shard.Shard.PendingCommit).Select(r => $"{ETag.Of(r)} {r.SourceId} {r.Id} {r.TargetId}"));
                all.AddRange(shard.Shard.Incoming(twin, shard.Shard.PendingCommit).Select(r => $"{r.TargetId} {r.Id} {r.SourceId}"));
            }
        }
        return string.Join('\n', all);
    }

    private static string Replayed(List<byte[]> journal)
    {
        using WritableShard copy = new();
        ReplayContext context = new(s => TestModels.All.TryGetSchema(s, out Modeling.TwinSchema? schema) ? schema : null, _ => copy.Shard);
        for (int i = 0; i < journal.Count; i++)
        {
            Replay.Apply(journal[i], i + 1, context);
        }
        copy.Shard.CompleteReplay(journal.Count);
        return All(copy);
    }

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
