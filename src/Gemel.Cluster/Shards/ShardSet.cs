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

    public int NumberOf(TwinId id) => NumberOf(Slots.Of(id), shards.Count);

    /// <summary>Frees the undo of all commits up to and including <paramref name="oldestNeeded"/>.</summary>
    public void Release(long oldestNeeded)
    {
        foreach (Shard shard in shards)
        {
            lock (shard.Gate)
            {
                shard.Release(oldestNeeded);
            }
        }
    }

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

    /// <summary>Holds the gates of one or two shards.</summary>
    public PairOfGates Enter(Shard first, Shard second) => new(first, second, inOrder: IndexOf(first) <= IndexOf(second));

    private int IndexOf(Shard shard)
    {
        for (int i = 0; i < shards.Count; i++)
        {
            if (ReferenceEquals(shards[i], shard))
            {
                return i;
            }
        }
        throw new ArgumentException("The shard is not of this set.", nameof(shard));
    }

    public readonly ref struct PairOfGates : IDisposable
    {
        private readonly Shard _lower;
        private readonly Shard _upper;

        public PairOfGates(Shard first, Shard second, bool inOrder)
        {
            (_lower, _upper) = inOrder ? (first, second) : (second, first);
            _lower.Gate.Enter();
            // A Lock may be entered again by its holder, so one shard twice is one shard.
            _upper.Gate.Enter();
        }

        public void Dispose()
        {
            _upper.Gate.Exit();
            _lower.Gate.Exit();
        }
    }
}
