using System.Diagnostics.Metrics;
using Gemel.Graph;
using Gemel.History;
using Gemel.Journal;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>What a recovered instance consists of while it runs, wired together.</summary>
internal sealed class RunningInstance : IAsyncDisposable
{
    // Of the ten seconds within which a server stops.
    private static readonly TimeSpan HistoryGrace = TimeSpan.FromSeconds(3);

    private readonly CommitLog _log;
    private readonly HistoryStore _historyStore;
    private readonly FollowerLoop _historyLoop;
    private readonly Checkpointer _checkpointer;
    private readonly ShardSet _shards;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Meter _gauges;
    private readonly KeyUseKeeper _keyUses;

    public RunningInstance(InstanceParts parts)
    {
        (InstanceOptions options, TimeProvider clock) = (parts.Options, parts.Clock);
        (_log, _historyStore, _shards, _clock, _logger) = (parts.Log, parts.History, parts.State.Shards, clock, parts.Logger);
        Catalog = parts.State.Catalog;
        SnapshotPins pins = new();
        BackPressure backPressure = new(options.HistoryLagBytes, since: parts.Durable.Commit);
        Committer = new Committer(_shards, Catalog, _log, parts.Durable, pins, backPressure, clock, _logger);
        parts.Host.Load(_shards, Catalog, Committer);
        IShardGrain[] grains = [.. Enumerable.Range(0, _shards.All.Count).Select(number => parts.Grains.GetGrain<IShardGrain>(number))];

        TwinNames names = new(_shards, _historyStore);
        HistoryFollower follower = new(_historyStore, () => Catalog.Durable, names, backPressure, _logger);
        _historyLoop = FollowerLoop.Start(_log, follower, _historyStore.DurableCommit, clock, FollowerOptions.Default);
        _checkpointer = new Checkpointer(
            parts.Checkpoints, _log, _shards, Catalog, parts.Durable, pins, () => _historyStore.DurableCommit, options, clock, _logger);
        Disk = new DiskReserve(parts.Folder.Root, options.DiskReserve, options.DiskSpace, clock, _logger);
        Backups = new Backups(parts.Folder, _log, parts.Checkpoints, _historyStore, _checkpointer, options.Backups, clock, _logger);

        CatalogService = new CatalogService(Catalog, Committer, clock);
        Twins = new TwinStore(_shards, grains, parts.Durable, clock);
        Changes = new ChangeFeed(_log, parts.Durable, _historyStore, new EventDecoder(() => Catalog.Durable, names, parts.Folder.Lineage.Current), parts.Folder.Lineage);
        History = new HistoryReader(_historyStore, _historyLoop, _shards, parts.Durable, () => Catalog.Durable);
        Mappings = new MappingStore(CatalogService, () => Catalog.Durable, _shards, options.Ingest, clock);
        Queries = new QueryService(_shards, parts.Durable, pins, () => Catalog.Durable, clock);
        Bulk = new BulkService(
            _shards, parts.Durable, pins, () => Catalog.Durable, Twins, CatalogService, options.Files, parts.Folder, clock, _logger);
        Ingest = new IngestGateway(
            new IngestServices(_shards, grains, () => Catalog.Durable, parts.Rejections, parts.Presence, backPressure, Disk, options.Ingest, clock),
            options.BatchesPerShard);
        Keys = new KeyStore(CatalogService, parts.KeyUses, clock);
        _keyUses = new KeyUseKeeper(Keys, () => Catalog.Durable, clock, _logger);
        KeepMarks(parts);
        _gauges = InstanceGauges.Observe(this, parts, backPressure);
        Committer.Start();
        _checkpointer.Start();
    }

    public CatalogOwner Catalog { get; }

    public Committer Committer { get; }

    public CatalogService CatalogService { get; }

    public KeyStore Keys { get; }

    public TwinStore Twins { get; }

    public MappingStore Mappings { get; }

    public IngestGateway Ingest { get; }

    public ChangeFeed Changes { get; }

    public HistoryReader History { get; }

    public Backups Backups { get; }

    public DiskReserve Disk { get; }

    public QueryService Queries { get; }

    public BulkService Bulk { get; }

    public IReadOnlyList<FollowerStatus> Followers =>
    [
        new FollowerStatus(_historyLoop.Name, _historyLoop.Position, _historyLoop.Lag, HistoryFailure),
        new FollowerStatus("checkpoint", _checkpointer.Commit, Math.Max(0, _log.Last - _checkpointer.Commit), _checkpointer.Failure),
    ];

    // Its files first: while they cannot be written, the follower waits and says nothing.
    private string? HistoryFailure => _historyStore.Failure?.Message ?? _historyLoop.State.Failure?.Message;

    public async ValueTask DisposeAsync()
    {
        await Bulk.DisposeAsync().ConfigureAwait(false);
        await _keyUses.DisposeAsync().ConfigureAwait(false);
        Committer.Dispose();
        _gauges.Dispose();
        Backups.Dispose();
        Disk.Dispose();
        await BringHistoryUpAsync().ConfigureAwait(false);
        await _historyLoop.DisposeAsync().ConfigureAwait(false);
        await _checkpointer.DisposeAsync().ConfigureAwait(false);
        await _historyStore.DisposeAsync().ConfigureAwait(false);
        _log.Dispose();
        foreach (Shard shard in _shards.All)
        {
            // Under its gate, as whoever still reads holds it; they find an empty shard afterwards, never freed memory.
            lock (shard.Gate)
            {
                shard.Dispose();
            }
        }
    }

    /// <summary>Lets history take the last commits. Where it cannot, the journal keeps them for the next start.</summary>
    private async Task BringHistoryUpAsync()
    {
        using CancellationTokenSource late = new(HistoryGrace, _clock);
        try
        {
            await _historyLoop.WaitAsync(_log.Last, late.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            Log.HistoryLeftBehind(_logger, _historyLoop.Lag);
        }
        catch (GemelException)
        {
            // The follower has said why, and goes on saying it.
            Log.HistoryLeftBehind(_logger, _historyLoop.Lag);
        }
    }

    /// <summary>Marks twins when devices change, are lost or come back.</summary>
    private void KeepMarks(InstanceParts parts)
    {
        TwinMarks marks = parts.Host.Marks;
        Func<DeviceId, Timestamp> lostSince = parts.Presence.LostSince;
        marks.Refresh(Catalog.Durable, [.. Catalog.Durable.Devices.Keys], _shards, lostSince);
        Catalog.Published += (catalog, devices) => marks.Refresh(catalog, devices, _shards, lostSince);
        parts.Presence.Changed += device => marks.Refresh(device, _shards, lostSince);
    }
}

/// <summary>What a recovered instance is put together from.</summary>
internal sealed record InstanceParts(
    InstanceOptions Options,
    DataFolder Folder,
    CommitLog Log,
    CheckpointStore Checkpoints,
    HistoryStore History,
    RecoveredState State,
    DurableClock Durable,
    ShardHost Host,
    IGrainFactory Grains,
    RejectionStore Rejections,
    Presence Presence,
    TimeProvider Clock,
    ILogger Logger)
{
    public required KeyUses KeyUses { get; init; }
}
