using System.Text;
using System.Text.Json;
using Gemel.Graph;
using Gemel.Journal;
using Gemel.Modeling;
using Gemel.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster.Tests;

/// <summary>A real instance in a folder of its own: silo, journal, history, everything but the doors.</summary>
internal sealed class TestInstance : IAsyncDisposable
{
    public const string PumpModel = "dtmi:test:Pump;1";
    public const string ValveModel = "dtmi:test:Valve;1";

    private static readonly string Models = $$"""
        [
          {"@context":"dtmi:dtdl:context;3","@id":"{{PumpModel}}","@type":"Interface","contents":[
            {"@type":"Property","name":"name","schema":"string"},
            {"@type":"Property","name":"speed","schema":"double","writable":true},
            {"@type":"Telemetry","name":"flow","schema":"double"},
            {"@type":"Relationship","name":"feeds","properties":[{"@type":"Property","name":"length","schema":"double"}]}]}
        ]
        """;

    private readonly bool _ownsFolder;
    private readonly DataFolder _data;
    private readonly IHost _host;

    private TestInstance(string folder, bool ownsFolder, DataFolder data, IHost host, AccessKey key) =>
        (Folder, _ownsFolder, _data, _host, Key) = (folder, ownsFolder, data, host, key);

    public string Folder { get; }

    public AccessKey Key { get; }

    public IInstance Instance => _host.Services.GetRequiredService<IInstance>();

    public static Actor Tester { get; } = new("key:tester", "test");

    public static Identity Administrator { get; } = new("key:admin", Role.Administrator, Device: null);

    /// <summary>Starts on a new folder, with the pump's model.</summary>
    public static async Task<TestInstance> StartAsync(InstanceOptions? options = null, TimeProvider? clock = null)
    {
        TestInstance started = await OpenAsync(Directory.CreateTempSubdirectory("gemel-instance-").FullName, ownsFolder: true, options ?? new InstanceOptions(), clock);
        Outcome<System.Collections.Immutable.ImmutableArray<ModelEntry>> added =
            await started.Instance.Models.AddAsync([new ModelDocument(null, Encoding.UTF8.GetBytes(Models))], Tester, Cancelled);
        Assert.True(added.IsSuccess, added.IsSuccess ? "" : added.Errors[0].ToString());
        return started;
    }

    /// <summary>Starts on a folder that an earlier instance has left.</summary>
    public static Task<TestInstance> ReopenAsync(string folder, InstanceOptions? options = null) => OpenAsync(folder, ownsFolder: true, options ?? new InstanceOptions());

    /// <summary>Stops in order and leaves the folder for the next one.</summary>
    public async Task<string> StopAsync()
    {
        await _host.StopAsync(Cancelled);
        _host.Dispose();
        _data.Dispose();
        return Folder;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    public async Task<WriteReceipt> PutPumpAsync(string id, double speed = 1)
    {
        string json = $$"""{"$metadata":{"$model":"{{PumpModel}}"},"name":"{{id}}","speed":{{JsonSerializer.Serialize(speed)}}}""";
        return (await Instance.Twins.PutAsync(TwinId.Create(id), Encoding.UTF8.GetBytes(json), WriteCondition.None, Tester, Cancelled)).Value;
    }

    /// <summary>A twin of another model, which has only a flow; the model comes with the first.</summary>
    public async Task<WriteReceipt> PutValveAsync(string id)
    {
        if (!Instance.Catalog.Models.TryGet(new ModelId(ValveModel), out _))
        {
            string model = $$"""{"@context":"dtmi:dtdl:context;3","@id":"{{ValveModel}}","@type":"Interface","contents":[{"@type":"Telemetry","name":"flow","schema":"double"}]}""";
            Assert.True((await Instance.Models.AddAsync([new ModelDocument(null, Encoding.UTF8.GetBytes(model))], Tester, Cancelled)).IsSuccess);
        }
        string json = $$"""{"$metadata": {"$model": "{{ValveModel}}"} }""";
        return (await Instance.Twins.PutAsync(TwinId.Create(id), Encoding.UTF8.GetBytes(json), WriteCondition.None, Tester, Cancelled)).Value;
    }

    public Task<Outcome<WriteReceipt>> RelateAsync(string source, string id, string target) =>
        Instance.Twins.PutRelationshipAsync(
            TwinId.Create(source), RelationshipId.Create(id),
            Encoding.UTF8.GetBytes($$"""{"$targetId":"{{target}}","$relationshipName":"feeds","length":12.5}"""),
            WriteCondition.None, Tester, Cancelled).AsTask();

    /// <summary>The twin's body as GET shows it; null where there is none.</summary>
    public string? Read(string id)
    {
        TwinView view = new();
        if (!Instance.Twins.TryRead(TwinId.Create(id), view))
        {
            return null;
        }
        System.Buffers.ArrayBufferWriter<byte> output = new();
        TwinJson.Write(view, output, TwinJsonOptions.Current);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>All commits so far, each with bytes of its own.</summary>
    public List<CommitRecord> ReadJournal()
    {
        string copy = Directory.CreateTempSubdirectory("gemel-journal-").FullName;
        try
        {
            foreach (string file in Directory.GetFiles(_data.Journal))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }
            using CommitLog log = CommitLog.Open(DiskFiles.Instance, copy, _data.Instance, CommitLogOptions.Default);
            using CommitReader reader = log.ReadFrom(1);
            return [.. reader.ReadBatch(int.MaxValue, long.MaxValue).Select(record => record with { Payload = record.Payload.ToArray() })];
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    /// <summary>Sends messages for twins as one wave and waits for its commit.</summary>
    public async Task<WaveReceipt> SendAsync(IIngestSession session, params (string Twin, string Json)[] messages)
    {
        foreach ((string twin, string json) in messages)
        {
            session.Add(new DataMessage { Twin = twin, Topic = $"twins/{twin}/data", Payload = Encoding.UTF8.GetBytes(json) });
        }
        return await await session.FlushAsync(Cancelled);
    }

    /// <summary>Waits, bounded by the test's own time limit, for what a background task of the instance is about to do.</summary>
    public static async Task EventuallyAsync(Func<bool> holds)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        while (!holds())
        {
            await timer.WaitForNextTickAsync(Cancelled);
        }
    }

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static async Task<TestInstance> OpenAsync(string folder, bool ownsFolder, InstanceOptions options, TimeProvider? clock = null)
    {
        DataFolder data = DataFolder.Open(DiskFiles.Instance, folder, Timestamp.From(TimeProvider.System.GetUtcNow()), "test");
        AccessKeys keys = AccessKeys.Open(data.Root);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.AddGemelInstance(data, keys, options);
        IHost host = builder.Build();
        TestInstance opened = new(folder, ownsFolder, data, host, keys.Administrator);
        await host.StartAsync(Cancelled);
        await host.Services.GetRequiredService<InstanceStart>().Completion.WaitAsync(Cancelled);
        return opened;
    }
}
