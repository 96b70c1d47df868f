using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>The shards of this process and which of them owns a slot: equal, contiguous ranges.</summary>
/// <remarks>Gates are always entered in the order catalog, then shards by number, so two holders of several cannot wait for each other.</remarks>
internal sealed class ShardSet(IReadOnlyList<Shard> shards)
{
    public IReadOnlyList<Shard> All => shards;

    /// <summary>True where any shard has changes that no commit holds yet. Under all gates.</summary>
    public bool HasPending => shards.Any(shard => shard.HasPending);

    public static int NumberOf(int slot, int count) => slot * count / Slots.Count;

    public Shard Of(TwinId id) => shards[NumberOf(Slots.Of(id), shards.Count)];

    public Shard Of(TwinKey key) => shards[NumberOf(key.Slot, shards.Count)];

    public Shard OfSlot(int slot) => shards[NumberOf(slot, shards.Count)];

    public int NumberOf(TwinKey key) => NumberOf(key.Slot, shards.Count);

    public int NumberOf(TwinId id) => NumberOf(Slots.Of(id), shards.Count);

    /// <summary>The twin of an id as it is now, pending changes included; null where there is none. Needs no gate.</summary>
    /// <param name="shard">Number of the shard that owns the id.</param>
    public Twin? Find(ReadOnlySpan<char> id, out int shard)
    {
        shard = NumberOf(Slots.Of(id), shards.Count);
        return shards[shard].Directory.Find(id);
    }

    /// <summary>Frees the undo of all commits up to and including <paramref name="durable"/>, but what readers at pinned ones see.</summary>
    public void Release(long durable, ReadOnlySpan<long> pinned)
    {
        foreach (Shard shard in shards)
        {
            lock (shard.Gate)
            {
                shard.Release(durable, pinned);
            }
        }
    }

    /// <summary>Bytes of rows kept for readers at pinned commits.</summary>
    public long SnapshotBytes => shards.Sum(shard => shard.SnapshotBytes);

    /// <summary>Undoes everything after <paramref name="durable"/>. Under all gates.</summary>
    public void Rollback(long durable)
    {
        foreach (Shard shard in shards)
        {
            shard.Rollback(durable);
        }
    }

    public AllGates EnterAll(Lock catalogGate) => new(catalogGate, shards);

    /// <summary>Holds the gates of the catalog and of all shards until it is disposed, by the thread that entered them.</summary>
    public readonly ref struct AllGates : IDisposable
    {
        private readonly Lock _catalog;
        private readonly IReadOnlyList<Shard> _shards;

        public AllGates(Lock catalog, IReadOnlyList<Shard> shards)
        {
            (_catalog, _shards) = (catalog, shards);
            _catalog.Enter();
            foreach (Shard shard in shards)
            {
                shard.Gate.Enter();
            }
        }

        public void Dispose()
        {
            for (int i = _shards.Count - 1; i >= 0; i--)
            {
                _shards[i].Gate.Exit();
            }
            _catalog.Exit();
        }
    }
}
