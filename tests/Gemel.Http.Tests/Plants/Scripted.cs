using System.Collections.Immutable;
using Gemel.Cluster;
using Gemel.Graph;
using BucketFunctions = Gemel.History.BucketFunctions;
using BucketPeriod = Gemel.History.BucketPeriod;

namespace Gemel.Http.Tests;

/// <summary>Answers what the test says and keeps what was asked.</summary>
internal sealed class ScriptedHistory : IHistoryReader
{
    public HistoryQuery? LastQuery { get; private set; }

    public BucketPeriod LastPeriod { get; private set; }

    public BucketFunctions LastFunctions { get; private set; }

    public Outcome<HistoryPage> Points { get; set; } = new HistoryPage([], null);

    public Outcome<BucketPage> Buckets { get; set; } = new BucketPage([], null);

    public ValueTask<Outcome<HistoryPage>> ReadAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        LastQuery = query;
        return new(Points);
    }

    public ValueTask<Outcome<BucketPage>> ReadBucketsAsync(HistoryQuery query, BucketPeriod every, BucketFunctions functions, CancellationToken cancellationToken)
    {
        (LastQuery, LastPeriod, LastFunctions) = (query, every, functions);
        return new(Buckets);
    }
}

/// <summary>Answers what the test says and keeps what was asked.</summary>
internal sealed class ScriptedQueries : IQueryService
{
    public (string? Text, string? Continuation, int? MaxItems) Last { get; private set; }

    public Outcome<QueryPage> Answer { get; set; } = new QueryPage("[]"u8.ToArray(), 0, null, 1);

    public ValueTask<Outcome<QueryPage>> ExecuteAsync(string? text, string? continuation, int? maxItems, CancellationToken cancellationToken)
    {
        Last = (text, continuation, maxItems);
        return new(Answer);
    }
}

/// <summary>Answers each call with the job that the test says, and keeps what was asked.</summary>
internal sealed class ScriptedBulk : IBulkService
{
    public string Last { get; private set; } = "";

    public Outcome<JobView> Answer { get; set; }

    public IReadOnlyList<JobView> Jobs { get; set; } = [];

    public Outcome<JobView> StartImport(string id, string input, string? output, Actor actor) => Answered($"import {id} {input} {output} {actor.Name}");

    public async Task<Outcome<JobView>> ImportAsync(string id, Stream content, Actor actor, CancellationToken cancellationToken)
    {
        using StreamReader reader = new(content);
        return Answered($"import {id} {await reader.ReadToEndAsync(cancellationToken)}");
    }

    public Outcome<JobView> StartDeletion(string id, TimeSpan timeout, Actor actor) => Answered($"delete {id} {timeout}");

    public IReadOnlyList<JobView> List(JobKind kind) => [.. Jobs.Where(job => job.Kind == kind)];

    public JobView? Find(JobKind kind, string id) => Jobs.FirstOrDefault(job => job.Kind == kind && job.Id == id);

    public Outcome<JobView> Cancel(string id) => Answered($"cancel {id}");

    public Outcome<JobView> Remove(string id) => Answered($"remove {id}");

    public GraphExport OpenExport(BulkSections sections) => throw new NotSupportedException("An export needs a real instance.");

    private Outcome<JobView> Answered(string asked)
    {
        Last = asked;
        return Answer;
    }
}

/// <summary>What a test put in.</summary>
internal sealed class InMemoryRejections : IRejectionStore
{
    private readonly List<Rejection> _all = [];

    public (Timestamp From, Timestamp To, DeviceId? Device, int Limit) Last { get; private set; }

    public void Record(Rejection rejection) => _all.Add(rejection);

    public IReadOnlyList<Rejection> Read(Timestamp from, Timestamp to, DeviceId? device, int limit)
    {
        Last = (from, to, device, limit);
        return [.. _all.AsEnumerable().Reverse().Where(r => device is null || r.Device == device).Take(limit)];
    }

    public IAsyncEnumerable<Rejection> FollowAsync(DeviceId device, int capacity, CancellationToken cancellationToken) => throw new NotSupportedException();
}
