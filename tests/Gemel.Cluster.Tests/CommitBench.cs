using Gemel.Graph;
using Gemel.Journal;
using Gemel.Modeling;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Cluster.Tests;

/// <summary>What makes and keeps commits, put together without a silo, on a disk that can be told to fail and a clock that stands still.</summary>
internal sealed class CommitBench : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gemel-commits-").FullName;
    private readonly Guid _instance = Guid.NewGuid();

    public CommitBench()
    {
        Log = CommitLog.Open(Disk, Directory.CreateDirectory(Path.Combine(_folder, "journal")).FullName, _instance, CommitLogOptions.Default);
        Checkpoints = CheckpointStore.Open(Disk, Directory.CreateDirectory(Path.Combine(_folder, "checkpoints")).FullName, _instance);
        Shards = new ShardSet([new Shard(new ShardOptions(), durableCommit: 0, Now)]);
        Committer = new Committer(Shards, Catalog, Log, Durable, Pins, new BackPressure(long.MaxValue, since: 0), Clock, NullLogger.Instance);
        Checkpointer = new Checkpointer(
            Checkpoints, Log, Shards, Catalog, Durable, Pins, neededByFollowers: () => 0, new InstanceOptions(), Clock, NullLogger.Instance);
        Changes = new CatalogService(Catalog, Committer, Clock);
        Committer.Start();
    }

    public FailingFiles Disk { get; } = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public CommitLog Log { get; }

    public CheckpointStore Checkpoints { get; }

    public ShardSet Shards { get; }

    public CatalogOwner Catalog { get; } = new(Gemel.Cluster.Catalog.Empty);

    public DurableClock Durable { get; } = new();

    public SnapshotPins Pins { get; } = new();

    public Committer Committer { get; }

    public Checkpointer Checkpointer { get; }

    public CatalogService Changes { get; }

    private Timestamp Now => Timestamp.From(Clock.GetUtcNow());

    public async Task PutDeviceAsync(string id) =>
        _ = (await Changes.PutAsync(DeviceId.Create(id), new DeviceSettings(null, null, null), TestInstance.Tester, TestInstance.Cancelled)).Value;

    public async Task AddModelAsync() => _ = (await Changes.AddAsync(
        [new ModelDocument(null, """{"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Bare;1","@type":"Interface"}"""u8.ToArray())],
        TestInstance.Tester, TestInstance.Cancelled)).Value;

    /// <summary>Puts a twin of the model, in a commit that leaves the catalog as it is.</summary>
    public async Task PutTwinAsync(string id)
    {
        CommitTicket ticket;
        Shard shard = Shards.Of(TwinId.Create(id));
        lock (shard.Gate)
        {
            _ = shard.PutTwin(
                TwinId.Create(id), """{"$metadata":{"$model":"dtmi:test:Bare;1"}}"""u8.ToArray(),
                WriteCondition.None, Catalog.Durable.Models, TestInstance.Tester, Now).Value;
            ticket = Committer.Current;
        }
        await Committer.CommitAsync(ticket);
    }

    public string PathOf(CheckpointPart part) => Path.Combine(_folder, "checkpoints", part.File);

    /// <summary>Reads the newest checkpoint and the commits after it, as the next start would.</summary>
    public RecoveredState Recover() => new Recovery(new InstanceOptions { Shards = 1 }, Clock).Run(Log, Checkpoints, TestInstance.Cancelled);

    public void Dispose()
    {
        Committer.Dispose();
        Log.Dispose();
        foreach (Shard shard in Shards.All)
        {
            shard.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }
}
