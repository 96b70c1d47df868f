using System.Globalization;
using System.Text;
using Gemel.Cluster;
using Gemel.Graph;
using Gemel.History;
using Gemel.Journal;
using Gemel.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>The real instance, without its doors, recovered in this process from a folder.</summary>
internal sealed class Recovered : IAsyncDisposable
{
    private const int PageSize = 100_000;

    private readonly DataFolder _folder;
    private readonly IHost _host;

    private Recovered(DataFolder folder, IHost host) => (_folder, _host) = (folder, host);

    public static Actor Tester { get; } = new("key:tester", "test");

    public IInstance Instance => _host.Services.GetRequiredService<IInstance>();

    /// <exception cref="GemelException">The recovery refused the folder.</exception>
    public static async Task<Recovered> StartAsync(string data)
    {
        DataFolder folder = DataFolder.Open(DiskFiles.Instance, data, Timestamp.From(TimeProvider.System.GetUtcNow()), "test");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        IHost? host = null;
        try
        {
            AccessKeys keys = AccessKeys.Open(folder.Root);
            builder.AddGemelInstance(folder, keys, new InstanceOptions { History = new HistoryOptions { HotRows = 5_000, CompactionFanIn = 4 } });
            host = builder.Build();
            await host.StartAsync(TestContext.Current.CancellationToken);
            await host.Services.GetRequiredService<InstanceStart>().Completion.WaitAsync(TestContext.Current.CancellationToken);
            return new Recovered(folder, host);
        }
        catch
        {
            if (host is not null)
            {
                await host.StopAsync(CancellationToken.None);
                host.Dispose();
            }
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The commit with which the journal begins.</summary>
    public long FirstCommit => Directory.EnumerateFiles(_folder.Journal, "*.log").Min(file => long.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture));

    /// <summary>All points of a path, in order of their times.</summary>
    public async Task<List<(Timestamp Time, string Value)>> HistoryAsync(string twin, string path)
    {
        List<(Timestamp, string)> points = [];
        string? next = null;
        do
        {
            HistoryQuery query = new(TwinId.Create(twin), [path], Timestamp.None, Timestamp.None, PageSize, IncludeAll: true, Continuation: next);
            HistoryPage page = (await Instance.History.ReadAsync(query, TestContext.Current.CancellationToken)).Value;
            points.AddRange(page.Series[0].Points.Select(p => (p.Time, Encoding.UTF8.GetString(p.ValueJson.Span))));
            next = page.Continuation;
        }
        while (next is not null);
        return points;
    }

    /// <summary>The twin as GET shows it; null where there is none.</summary>
    public string? Read(string twin)
    {
        TwinView view = new();
        if (!Instance.Twins.TryRead(TwinId.Create(twin), view))
        {
            return null;
        }
        System.Buffers.ArrayBufferWriter<byte> output = new();
        TwinJson.Write(view, output, TwinJsonOptions.Current);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Creates a twin, so that the stream has an end to wait for.</summary>
    public async Task CreateAsync(string twin, string model)
    {
        byte[] body = Encoding.UTF8.GetBytes($$$"""{"$metadata":{"$model":"{{{model}}}"}}""");
        Outcome<WriteReceipt> outcome = await Instance.Twins.PutAsync(TwinId.Create(twin), body, WriteCondition.None, Tester, TestContext.Current.CancellationToken);
        Assert.True(outcome.IsSuccess, outcome.IsSuccess ? "" : outcome.Errors[0].ToString());
    }

    /// <summary>Events after a token, up to and without the creation of <paramref name="until"/>.</summary>
    public async Task<List<TwinEvent>> EventsAsync(ResumeToken from, string until)
    {
        List<TwinEvent> events = [];
        await foreach (IReadOnlyList<TwinEvent> batch in Instance.Changes.ReadAsync(new ChangeFilter(), from, TestContext.Current.CancellationToken))
        {
            foreach (TwinEvent each in batch)
            {
                if (each.Kind == TwinEventKind.TwinCreated && each.Twin.Value == until)
                {
                    return events;
                }
                events.Add(each);
            }
        }
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        _folder.Dispose();
    }
}
