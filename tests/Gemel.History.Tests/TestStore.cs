using Microsoft.Extensions.Time.Testing;

namespace Gemel.History.Tests;

/// <summary>A store in a folder of its own, which goes with the test.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    public static readonly Timestamp Start = new(new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);

    private readonly HistoryOptions _options;
    private readonly IFileActions _files;

    public TestStore(HistoryOptions? options = null, IFileActions? files = null)
    {
        _options = options ?? new HistoryOptions();
        _files = files ?? new FileActions();
        Folder = Directory.CreateTempSubdirectory("gemel-history-").FullName;
        Store = HistoryStore.Open(Folder, _options, Clock, _files);
    }

    public string Folder { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));

    public HistoryStore Store { get; private set; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>As after a crash: what is not in files is gone.</summary>
    public async Task ReopenAsync(IFileActions? files = null)
    {
        await Store.DisposeAsync();
        Store = HistoryStore.Open(Folder, _options, Clock, files ?? new FileActions());
    }

    public async Task CommitAsync(long commit, params IReadOnlyList<Row> rows)
    {
        Assert.True(Store.BeginCommit(commit));
        Append(rows);
        await Store.EndCommitAsync(Cancellation);
    }

    public void Append(IReadOnlyList<Row> rows)
    {
        foreach (Row row in rows)
        {
            Store.Append(row.ToSample(Store.Series));
        }
    }

    public IReadOnlyList<HistoryPoint> Read(string path = "speed", Func<HistoryRequest, HistoryRequest>? change = null) => ReadSeries(path, change).Points;

    public HistorySeries ReadSeries(string path = "speed", Func<HistoryRequest, HistoryRequest>? change = null) =>
        Assert.Single(Store.ReadRaw(Request(path, change), Cancellation));

    public static HistoryRequest Request(string path, Func<HistoryRequest, HistoryRequest>? change)
    {
        var request = new HistoryRequest
        {
            Twins = [Row.DefaultTwin],
            Paths = [path],
            From = new Timestamp(1),
            To = new Timestamp(DateTime.MaxValue.Ticks),
            IncludesAll = true,
        };
        return change is null ? request : change(request);
    }

    public IReadOnlyList<HistoryBucket> Buckets(TimeSpan every, BucketFunctions functions = BucketFunctions.All, Func<HistoryRequest, HistoryRequest>? change = null) =>
        Assert.Single(Store.ReadBuckets(Request("speed", change), BucketPeriod.Of(every), functions, Cancellation)).Buckets;

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
