using Gemel.Graph;
using Gemel.History;
using Gemel.Journal;
using Gemel.Security;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>One instance on one data folder: recovers it, runs it, and stops it in order.</summary>
/// <remarks>
/// Order of life. Start: journal, checkpoint, history store, replay; then the committer, the followers from their own positions, the
/// checkpointer; only then is it ready. Stop: no new work, the last commit, history up to it where it can be. No checkpoint is written
/// then: the next start replays what came after the last one.
/// A process that dies at any point loses nothing of this but time: the next start does it over from what is on disk.
/// </remarks>
internal sealed class Instance : IInstance, IAsyncDisposable
{
    private readonly InstanceOptions _options;
    private readonly DataFolder _folder;
    private readonly ShardHost _host;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Recovery _recovery;
    private readonly DurableClock _durable = new();
    private readonly KeyUses _uses = new();
    private readonly RejectionStore _rejections;
    private readonly Presence _presence;
    private volatile RunningInstance? _running;
    private int _stopped;

    public Instance(
        InstanceOptions options, DataFolder folder, AccessKeys keys, ShardHost host, IGrainFactory grains, TimeProvider clock, ILogger logger)
    {
        (_options, _folder, _host, _grains, _clock, _logger) = (options, folder, host, grains, clock, logger);
        _recovery = new Recovery(options, clock);
        _rejections = new RejectionStore(options.Rejections);
        _presence = new Presence(clock);
        Authenticator = new Authenticator(keys, () => Catalog, _uses, clock);
    }

    public Catalog Catalog => _running?.Catalog.Durable ?? Catalog.Empty;

    public long DurableCommit => _durable.Commit;

    public InstanceStatus Status
    {
        get
        {
            if (_running is not { } running)
            {
                return new InstanceStatus(InstancePhase.Starting, _recovery.Progress, Reason: null, []);
            }
            GemelException? failure = running.Committer.Failure;
            InstancePhase phase = Volatile.Read(ref _stopped) == 1 ? InstancePhase.Stopping : failure is null ? InstancePhase.Ready : InstancePhase.ReadOnly;
            return new InstanceStatus(phase, Progress: 1, failure?.Error.Message, running.Followers)
            {
                IngestRefusal = running.Disk.Refusal?.Error.Message,
            };
        }
    }

    public ITwinStore Twins => Running.Twins;

    public IModelStore Models => Running.CatalogService;

    public IDeviceRegistry Devices => Running.CatalogService;

    public IMappingStore Mappings => Running.Mappings;

    public IKeyStore Keys => Running.Keys;

    public IAuthenticator Authenticator { get; }

    public IIngestGateway Ingest => Running.Ingest;

    public IChangeFeed Changes => Running.Changes;

    public IHistoryReader History => Running.History;

    public IQueryService Queries => Running.Queries;

    public IBulkService Bulk => Running.Bulk;

    public IRejectionStore Rejections => _rejections;

    public IPresence Presence => _presence;

    public IBackups Backups => Running.Backups;

    /// <summary>Recovers and begins to take work.</summary>
    /// <exception cref="GemelException">The data folder is damaged, from a newer version, or cannot be read.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        (CommitLog log, CheckpointStore checkpoints, RestoredCheckpoint restored) = await OpenAsync().ConfigureAwait(false);
        (RecoveredState state, HistoryStore history) = await ReplayAsync(log, restored, cancellationToken).ConfigureAwait(false);
        await ActivateShardsAsync(state.Shards.All.Count).ConfigureAwait(false);
        _durable.Advance(log.Last);
        _running = new RunningInstance(
            new InstanceParts(_options, _folder, log, checkpoints, history, state, _durable, _host, _grains, _rejections, _presence, _clock, _logger) { KeyUses = _uses });
        Log.Recovered(_logger, _running.Twins.Count, log.Last, state.Checkpoint, state.Replayed, state.Elapsed);
    }

    /// <summary>Stops taking work, commits what was taken, and puts everything on disk in order.</summary>
    public async ValueTask DisposeAsync()
    {
        // Stopped by its service; the container that owns it disposes it once more.
        if (Interlocked.Exchange(ref _stopped, 1) == 0 && _running is { } running)
        {
            await running.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Puts the journal in order and, meanwhile, reads the checkpoint; of two failures the journal's is told.</summary>
    private async Task<(CommitLog Log, CheckpointStore Checkpoints, RestoredCheckpoint Restored)> OpenAsync()
    {
        Task<CommitLog> journal = Task.Run(() => CommitLog.Open(_options.Files, _folder.Journal, _folder.Instance, _options.Journal));
        Task<(CheckpointStore Store, RestoredCheckpoint State)> checkpoint = Task.Run(() =>
        {
            CheckpointStore store = CheckpointStore.Open(_options.Files, _folder.Checkpoints, _folder.Instance);
            return (store, _recovery.Restore(store));
        });
        await Task.WhenAll(journal, checkpoint).ConfigureAwait(false);
        return ((await journal.ConfigureAwait(false)), (await checkpoint.ConfigureAwait(false)).Store, (await checkpoint.ConfigureAwait(false)).State);
    }

    /// <summary>Replays the journal and, meanwhile, opens history; of two failures the journal's is told.</summary>
    private async Task<(RecoveredState State, HistoryStore History)> ReplayAsync(CommitLog log, RestoredCheckpoint restored, CancellationToken cancellationToken)
    {
        Task<RecoveredState> replay = Task.Run(() => _recovery.Replay(log, restored, cancellationToken), CancellationToken.None);
        Task<HistoryStore> history = Task.Run(() => HistoryStore.Open(_folder.History, _options.History, _clock), CancellationToken.None);
        try
        {
            await Task.WhenAll(replay, history).ConfigureAwait(false);
        }
        catch when (history.IsCompletedSuccessfully)
        {
            await (await history.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            throw;
        }
        return (await replay.ConfigureAwait(false), await history.ConfigureAwait(false));
    }

    // Before any batch: while a grain is being placed, Orleans lets a later call overtake an earlier one, and a connection's batches would be applied out of order.
    private Task ActivateShardsAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(number => _grains.GetGrain<IShardGrain>(number).Activate()));

    private RunningInstance Running => _running ?? throw new GemelException(ClusterErrors.Starting.With((int)(_recovery.Progress * 100)));
}
