using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gemel.Graph;
using Gemel.Modeling;

namespace Gemel.Query.Tests;

/// <summary>Some shards that commit together, written and queried as text.</summary>
internal sealed class QueryPlant : IDisposable
{
    public static readonly Timestamp Start = new(new DateTime(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc).Ticks);

    private static readonly Actor Admin = new("key:admin", "http");

    private readonly QueryEngine _engine = new();
    private Timestamp _now = Start;

    public QueryPlant(IEnumerable<string> models, int shards = 2)
    {
        Models = ModelSet.Empty.Add([.. models.Select((m, i) => new ModelDocument($"{i}", Encoding.UTF8.GetBytes(m)))], Start).Value.Models;
        Shards = [.. Enumerable.Range(0, shards).Select(_ => new Shard(new ShardOptions(), durableCommit: 0, Start))];
    }

    public ModelSet Models { get; }

    public Shard[] Shards { get; }

    /// <summary>The last sealed commit.</summary>
    public long Commit { get; private set; }

    public QueryMoment Moment => new(Commit, _now, TwinJsonOptions.Current);

    public void Put(string id, string body) =>
        Assert.Empty(ShardOf(id).PutTwin(TwinId.Create(id), Encoding.UTF8.GetBytes(body), default, Models, Admin, Tick()).Errors);

    public void Delete(string id) => Assert.Empty(ShardOf(id).DeleteTwin(TwinId.Create(id), default, Admin, Tick()).Errors);

    public void Relate(string source, string id, string body) => Assert.Empty(ShardOf(source).PutRelationship(
        TwinId.Create(source), RelationshipId.Create(id), Encoding.UTF8.GetBytes(body), default, slot => Shards[slot % Shards.Length], Models, Admin, Tick()).Errors);

    public void Unrelate(string source, string id) => Assert.Empty(ShardOf(source).DeleteRelationship(
        TwinId.Create(source), RelationshipId.Create(id), default, slot => Shards[slot % Shards.Length], Admin, Tick()).Errors);

    public void Telemetry(string id, string? component, string payload) => Assert.Empty(ShardOf(id).SendTelemetry(
        TwinId.Create(id), new TelemetryMessage(component, "m-1", Timestamp.None, Encoding.UTF8.GetBytes(payload), "application/json"), Admin, Tick()).Errors);

    public long Seal()
    {
        foreach (Shard shard in Shards)
        {
            using SealedChanges changes = shard.Seal();
            Commit = changes.Commit;
        }
        return Commit;
    }

    public PreparedQuery Prepare(string text)
    {
        Outcome<PreparedQuery> outcome = _engine.Prepare(text, Models);
        Assert.True(outcome.IsSuccess, string.Join('\n', outcome.Errors.Select(e => QueryErrorText.Format(text, e))));
        return outcome.Value;
    }

    public IReadOnlyList<GemelError> Errors(string text) => _engine.Prepare(text, Models).Errors;

    /// <summary>All rows as texts, page by page; pages but the first are never empty.</summary>
    /// <param name="between">Called after each page that has a next one.</param>
    public List<string> Rows(string text, int pageRows = 1000, QueryMoment? moment = null, Action? between = null)
    {
        PreparedQuery query = Prepare(text);
        List<string> rows = [];
        QueryPosition? next = null;
        QueryMoment at = moment ?? Moment;
        do
        {
            (List<string> page, next) = Page(query, at, next, new QueryLimits(pageRows));
            Assert.True(page.Count <= pageRows);
            Assert.True(next is null || page.Count > 0, "A page with a next one is never empty.");
            Assert.True(rows.Count == 0 || page.Count > 0, "A page that was announced is never empty.");
            rows.AddRange(page);
            if (next is not null)
            {
                between?.Invoke();
            }
        }
        while (next is not null);
        return rows;
    }

    public (List<string> Rows, QueryPosition? Next) Page(PreparedQuery query, QueryMoment moment, QueryPosition? from, QueryLimits limits)
    {
        ArrayBufferWriter<byte> output = new();
        QueryRun run = _engine.Execute(query, Shards, moment, Carried(from), limits, output, TestContext.Current.CancellationToken);
        List<string> rows = [.. JsonNode.Parse(output.WrittenSpan)!.AsArray().Select(r => r!.ToJsonString(TestJson.Options))];
        Assert.Equal(rows.Count, run.Rows);
        return (rows, run.Next);
    }

    public QueryRun Run(string text, IBufferWriter<byte> output) =>
        _engine.Execute(Prepare(text), Shards, Moment, null, new QueryLimits(1000), output, TestContext.Current.CancellationToken);

    /// <summary>What GET of a twin answers.</summary>
    public string Get(string id, QueryMoment? moment = null)
    {
        QueryMoment at = moment ?? Moment;
        TwinView view = new();
        Assert.True(ShardOf(id).TryRead(id, at.Commit, at.Now, view));
        ArrayBufferWriter<byte> output = new();
        TwinJson.Write(view, output, at.Json);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public Shard ShardOf(string id) => Shards[Slots.Of(TwinId.Create(id)) % Shards.Length];

    public void Dispose()
    {
        foreach (Shard shard in Shards)
        {
            shard.Dispose();
        }
    }

    private Timestamp Tick() => _now = _now.Add(TimeSpan.FromSeconds(1));

    /// <summary>A position as it comes back from a token.</summary>
    private static QueryPosition? Carried(QueryPosition? position)
    {
        if (position is not { } given)
        {
            return null;
        }
        byte[] bytes = new byte[QueryPosition.Length];
        given.Write(bytes);
        Assert.True(QueryPosition.TryRead(bytes, out QueryPosition? read));
        Assert.Equal(given, read);
        return read;
    }
}
