using System.Text;
using System.Text.Json.Nodes;
using Gemel.Modeling;

namespace Gemel.Graph.Tests.Writes;

/// <summary>A shard of all slots that takes writes as text, at times a second apart.</summary>
internal sealed class WritableShard : IDisposable
{
    public static readonly Actor Admin = new("key:admin", "http");
    public static readonly Timestamp Start = new(new DateTime(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc).Ticks);

    public WritableShard() => Shard = new Shard(new ShardOptions(), durableCommit: 0, Start);

    public Shard Shard { get; }

    public ModelSet Models { get; set; } = TestModels.All;

    public Timestamp Now { get; private set; } = Start;

    public HeldShards Held => _ => Shard;

    /// <summary>A body of the pump's model with the least that it needs, and the members given.</summary>
    public static string Pump(string members = "", string motor = "{}", string model = TestModels.Pump) =>
        $$"""{"$metadata":{"$model":"{{model}}"},"motor":{{motor}}{{(members.Length == 0 ? "" : "," + members)}}}""";

    public static string Tank(string model = TestModels.Tank) => "{\"$metadata\":{\"$model\":\"" + model + "\"}}";

    public Outcome<WriteReceipt> Put(string id, string json, WriteCondition condition = default) => Put(id, Encoding.UTF8.GetBytes(json), condition);

    public Outcome<WriteReceipt> Put(string id, byte[] json, WriteCondition condition = default) =>
        Shard.PutTwin(TwinId.Create(id), json, condition, Models, Admin, Tick());

    public Outcome<WriteReceipt> Patch(string id, string json, WriteCondition condition = default) =>
        Shard.PatchTwin(TwinId.Create(id), Encoding.UTF8.GetBytes(json), condition, Models, Admin, Tick());

    public Outcome<WriteReceipt> PatchComponent(string id, string component, string json, WriteCondition condition = default) =>
        Shard.PatchComponent(TwinId.Create(id), component, Encoding.UTF8.GetBytes(json), condition, Models, Admin, Tick());

    public Outcome<WriteReceipt> Delete(string id, WriteCondition condition = default) => Shard.DeleteTwin(TwinId.Create(id), condition, Admin, Tick());

    public Outcome<WriteReceipt> Relate(string source, string id, string json, WriteCondition condition = default) =>
        Shard.PutRelationship(TwinId.Create(source), RelationshipId.Create(id), Encoding.UTF8.GetBytes(json), condition, Held, Models, Admin, Tick());

    public Outcome<WriteReceipt> PatchRelationship(string source, string id, string json, WriteCondition condition = default) =>
        Shard.PatchRelationship(TwinId.Create(source), RelationshipId.Create(id), Encoding.UTF8.GetBytes(json), condition, Held, Models, Admin, Tick());

    public Outcome<WriteReceipt> Unrelate(string source, string id, WriteCondition condition = default) =>
        Shard.DeleteRelationship(TwinId.Create(source), RelationshipId.Create(id), condition, Held, Admin, Tick());

    public Outcome<WriteReceipt> Telemetry(string id, string? component, string payload, Timestamp source = default, string contentType = "application/json") =>
        Shard.SendTelemetry(TwinId.Create(id), new TelemetryMessage(component, "m-1", source, Encoding.UTF8.GetBytes(payload), contentType), Admin, Tick());

    /// <summary>The twin's present view.</summary>
    public TwinView View(string id)
    {
        TwinView view = new();
        Assert.True(Shard.TryRead(id, Shard.PendingCommit, Now, view), $"There is no twin '{id}'.");
        return view;
    }

    /// <summary>The twin's body as text.</summary>
    public string Text(string id, TwinJsonOptions? options = null)
    {
        ExactBufferWriter output = new();
        TwinJson.Write(View(id), output, options ?? TwinJsonOptions.Current);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public JsonObject Body(string id, TwinJsonOptions? options = null) => JsonNode.Parse(Text(id, options))!.AsObject();

    /// <summary>The twin's properties without ids and metadata, to compare.</summary>
    public string Properties(string id)
    {
        JsonObject body = Body(id);
        foreach (string name in (string[])["$dtId", "$etag", "$metadata"])
        {
            body.Remove(name);
        }
        foreach ((_, JsonNode? part) in body)
        {
            (part as JsonObject)?.Remove("$metadata");
        }
        return body.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public JsonObject State(string id)
    {
        ExactBufferWriter output = new();
        StateJson.Write(View(id), output);
        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    public JsonObject? Relationship(string source, string id)
    {
        if (Shard.FindRelationship(source, RelationshipId.Create(id), Shard.PendingCommit) is not { } record)
        {
            return null;
        }
        ExactBufferWriter output = new();
        RelationshipJson.Write(record, output);
        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    public void Dispose() => Shard.Dispose();

    private Timestamp Tick() => Now = Now.Add(TimeSpan.FromSeconds(1));
}
