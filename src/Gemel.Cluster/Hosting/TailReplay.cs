using System.Buffers;
using Gemel.Graph;
using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary>Applies the commits after a checkpoint: all shards at the same time, while the next commits are read.</summary>
/// <remarks>
/// Commits are gathered to batches; of a batch every shard takes what is its own, in the order of commits, and the next batch begins when all are
/// done. A commit that touches the catalog or relationships is applied by itself, when all before it are. Replay decides nothing, so
/// the state is the one that commit after commit would make. Threading: one caller.
/// </remarks>
internal sealed class TailReplay(ShardSet shards, CatalogOwner catalog, ReplayContext context) : IDisposable
{
    // About 15,000 messages of three numbers: enough that waiting for the slowest shard costs little.
    private const int BatchBytes = 1 << 20;

    private Batch _filling = new();
    private Batch _applying = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Takes the next commit; its payload is copied.</summary>
    /// <exception cref="InvalidDataException">This commit or one before it is damaged, or names a twin or schema that was never there.</exception>
    public void Add(in CommitRecord record)
    {
        ReadOnlySpan<byte> payload = record.Payload.Span;
        ReplayScope scope = Graph.Replay.ScopeOf(payload);
        if (scope == ReplayScope.Twins)
        {
            if (_filling.Bytes + payload.Length > BatchBytes)
            {
                Start();
            }
            _filling.Add(record.Commit, payload);
            return;
        }
        Complete();
        if (scope.HasFlag(ReplayScope.Catalog))
        {
            ApplyCatalog(payload, record.Commit);
        }
        Graph.Replay.Apply(payload, record.Commit, context);
    }

    /// <summary>Returns when everything added is applied.</summary>
    /// <inheritdoc cref="Add"/>
    public void Complete()
    {
        Start();
        _running.GetAwaiter().GetResult();
    }

    /// <summary>Waits for what runs, also where it fails.</summary>
    public void Dispose()
    {
        _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).GetAwaiter().GetResult();
        _filling.Release();
        _applying.Release();
    }

    private void Start()
    {
        _running.GetAwaiter().GetResult();
        (_filling, _applying) = (_applying, _filling);
        _filling.Clear();
        Batch batch = _applying;
        _running = batch.Bytes == 0 ? Task.CompletedTask : Task.WhenAll(shards.All.Select(shard => Task.Run(() => Apply(batch, shard))));
    }

    private void Apply(Batch batch, Shard shard)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            Graph.Replay.ApplyTo(shard, batch.Payload(i), batch.Commit(i), context);
        }
    }

    private void ApplyCatalog(ReadOnlySpan<byte> payload, long commit)
    {
        ChangeReader changes = new(payload);
        while (changes.NextGroup())
        {
            if (!changes.Catalog.IsEmpty)
            {
                catalog.Replay(changes.Catalog, commit);
            }
        }
    }

    /// <summary>Payloads of commits one behind the other, in a rented buffer.</summary>
    private sealed class Batch
    {
        private readonly List<(long Commit, int End)> _commits = [];
        private byte[] _bytes = [];

        public int Count => _commits.Count;

        public int Bytes => _commits.Count == 0 ? 0 : _commits[^1].End;

        public long Commit(int index) => _commits[index].Commit;

        public ReadOnlySpan<byte> Payload(int index)
        {
            int start = index == 0 ? 0 : _commits[index - 1].End;
            return _bytes.AsSpan(start, _commits[index].End - start);
        }

        public void Add(long commit, ReadOnlySpan<byte> payload)
        {
            int start = Bytes;
            if (start + payload.Length > _bytes.Length)
            {
                // One commit may be larger than a batch; it is the first then.
                byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(BatchBytes, start + payload.Length));
                _bytes.AsSpan(0, start).CopyTo(larger);
                Release();
                _bytes = larger;
            }
            payload.CopyTo(_bytes.AsSpan(start));
            _commits.Add((commit, start + payload.Length));
        }

        public void Clear() => _commits.Clear();

        public void Release()
        {
            if (_bytes.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
                _bytes = [];
            }
        }
    }
}
