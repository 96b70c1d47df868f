using Gemel.Cluster.Wire;
using Gemel.Graph;
using Gemel.Modeling;
using Google.Protobuf;

namespace Gemel.Cluster;

/// <summary>Owns the catalog: decides its changes one after the other, and shows each only once it is durable.</summary>
/// <remarks>
/// Three catalogs: the one that decisions are made on (all changes so far), the one that lies in the commit being made durable, and
/// the durable one, which everybody reads. A failed commit takes the first back to the last.
/// </remarks>
internal sealed class CatalogOwner
{
    private readonly ChangeEncoder _groups = new();
    // Ids of devices that a change after the last sealed commit names; those of the sealed one.
    private List<string> _decidedDevices = [];
    private List<string> _sealedDevices = [];
    private Catalog _decided;
    private Catalog _sealed;
    private Catalog _durable;

    public CatalogOwner(Catalog start) => _decided = _sealed = _durable = start;

    /// <summary>Held while deciding, sealing and rolling back; entered before the gate of any shard.</summary>
    public Lock Gate { get; } = new();

    public Catalog Durable => Volatile.Read(ref _durable);

    /// <summary>What the next decision is made on, unless another comes between. Needs no gate.</summary>
    public Catalog Newest => Volatile.Read(ref _decided);

    /// <summary>Under the gate.</summary>
    public bool HasPending => !_groups.IsEmpty;

    /// <summary>Decides one change on the newest catalog and queues it for the present commit. Under the gate.</summary>
    /// <param name="decide">Pure: a result and the message that makes it again, or the errors.</param>
    public Outcome<T> Decide<T>(Func<Catalog, Outcome<CatalogDecision<T>>> decide, Actor actor, Timestamp now, long commit)
    {
        Outcome<CatalogDecision<T>> decided = decide(_decided);
        if (!decided.TryGetValue(out CatalogDecision<T>? decision))
        {
            return Outcome<T>.Failure(decided.Errors);
        }
        if (decision.Change is { } change)
        {
            _groups.BeginGroup(actor, now);
            _groups.Catalog(change.ToByteArray());
            _groups.EndGroup();
            Catalog next = decision.Models is { } models
                ? _decided with { Models = models, Commit = commit }
                : CatalogCodec.Apply(_decided, change, commit);
            Volatile.Write(ref _decided, next);
            Note(change);
        }
        return decision.Result;
    }

    /// <summary>Hands over the pending groups. Under the gate.</summary>
    public SealedChanges Seal(long commit)
    {
        _sealed = _decided;
        (_sealedDevices, _decidedDevices) = (_decidedDevices, []);
        return _groups.Seal(commit);
    }

    /// <summary>Raised on the committer's thread, before those who wait for the commit are told: the catalog, and the ids of the devices
    /// that its commit put or deleted.</summary>
    public event Action<Catalog, IReadOnlyCollection<string>>? Published;

    /// <summary>The sealed commit is durable.</summary>
    public void Publish()
    {
        if (!ReferenceEquals(_durable, _sealed))
        {
            Volatile.Write(ref _durable, _sealed);
            Published?.Invoke(_sealed, _sealedDevices);
        }
    }

    /// <summary>Takes back everything that is not durable. Under the gate.</summary>
    public void Rollback()
    {
        _groups.Clear();
        _decidedDevices.Clear();
        Volatile.Write(ref _decided, _durable);
        _sealed = _durable;
    }

    private void Note(CatalogChange change)
    {
        if (change.KindCase is CatalogChange.KindOneofCase.DevicePut or CatalogChange.KindOneofCase.DeviceDeleted)
        {
            _decidedDevices.Add(change.DevicePut?.Id ?? change.DeviceDeleted);
        }
    }

    /// <summary>Applies a change from the journal, at recovery.</summary>
    public void Replay(ReadOnlySpan<byte> change, long commit)
    {
        _decided = CatalogCodec.Apply(_decided, CatalogChange.Parser.ParseFrom(change), commit);
        _sealed = _durable = _decided;
    }
}

/// <param name="Change">Null where nothing is to be changed.</param>
internal sealed record CatalogDecision<T>(T Result, CatalogChange? Change)
{
    /// <summary>The models after the change, where deciding it has made them; null: the change is applied to the catalog.</summary>
    public ModelSet? Models { get; init; }
}
