namespace Gemel.Graph;

/// <summary>The twins of a range of slots: takes changes, keeps them readable at earlier commits, gives their journal bytes.</summary>
/// <remarks>
/// A write changes the state at once, leaves undo, and adds to the pending journal bytes; it belongs to <see cref="PendingCommit"/>.
/// <see cref="Seal"/> hands the bytes over; <see cref="Rollback"/> takes back what could not be made durable; <see cref="Release"/>
/// drops the undo nobody needs. Readers name the commit they want to see; readers of the outside name the durable one.
/// Threading: every member but <see cref="Gate"/>, <see cref="Options"/> and <c>Directory.Find(id)</c> is called while holding
/// <see cref="Gate"/>. Time comes in as an argument.
/// </remarks>
public sealed partial class Shard : IDisposable
{
    private readonly TwinStore _store;
    private readonly ServerClock _clock = new();
    private readonly KeySequence _keys = new();
    private readonly ChangeEncoder _encoder = new();
    private readonly Ingestor _ingestor;

    /// <param name="durableCommit">The last commit that is durable; 0 for a new instance.</param>
    /// <param name="startedAt">When this process took over; device values older than this are shown as <c>restarted</c>.</param>
    public Shard(ShardOptions options, long durableCommit, Timestamp startedAt)
    {
        Options = options;
        StartedAt = startedAt;
        _store = new TwinStore(durableCommit + 1);
        _ingestor = new Ingestor(_store, _encoder, _clock, options);
        Writes = new ChangeWriter(_store, _encoder, _clock, _keys);
    }

    /// <summary>Held by whoever calls any member, for a batch, one twin or one chunk.</summary>
    public Lock Gate { get; } = new();

    public ShardOptions Options { get; }

    public Timestamp StartedAt { get; }

    public TwinDirectory Directory => _store.Directory;

    /// <summary>The number that the next sealed commit has; all changes made now belong to it.</summary>
    public long PendingCommit => _store.PendingCommit;

    /// <summary>There are changes to seal.</summary>
    public bool HasPending => !_encoder.IsEmpty;

    internal TwinStore Store => _store;

    internal KeySequence Keys => _keys;

    internal ServerClock Clock => _clock;

    /// <summary>The primitives by which decided writes are made.</summary>
    internal ChangeWriter Writes { get; }

    /// <summary>Takes a batch of device samples; all of them belong to <see cref="PendingCommit"/>.</summary>
    /// <param name="batch">As <see cref="SampleBatchWriter"/> made it; not kept.</param>
    /// <param name="receipt">Counts are added to it.</param>
    public void Ingest(ReadOnlySpan<byte> batch, Timestamp now, ref IngestReceipt receipt) => _ingestor.Take(batch, now, ref receipt);

    /// <summary>Hands over the pending changes, also where there are none, and goes on to the next commit. The caller
    /// holds the gates of all shards while it seals them all.</summary>
    public SealedChanges Seal()
    {
        long commit = _store.PendingCommit;
        _store.Undo.Mark(commit);
        _store.PendingCommit = commit + 1;
        return _encoder.Seal(commit);
    }

    /// <summary>Takes back all commits after <paramref name="durableCommit"/>, sealed or pending.</summary>
    public void Rollback(long durableCommit)
    {
        _encoder.Clear();
        _store.Rollback(durableCommit);
    }

    /// <summary>Says that all commits up to <paramref name="oldestNeededCommit"/> are durable and nobody reads at an
    /// earlier one any more.</summary>
    public void Release(long oldestNeededCommit) => _store.Release(oldestNeededCommit);

    /// <summary>Says that all commits up to <paramref name="durableCommit"/> are durable and that before it only
    /// <paramref name="pinned"/> ones are read: each costs at most every row once more.</summary>
    /// <param name="pinned">Ascending, none above <paramref name="durableCommit"/>; none that was released before.</param>
    public void Release(long durableCommit, ReadOnlySpan<long> pinned) => _store.Release(durableCommit, pinned);

    /// <summary>Bytes of rows kept for readers at pinned commits.</summary>
    public long SnapshotBytes => _store.Images.Bytes;

    public void Dispose() => _store.Dispose();
}
