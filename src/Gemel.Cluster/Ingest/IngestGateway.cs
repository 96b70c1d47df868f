using System.Collections.Concurrent;
using Gemel.Graph;
using Gemel.Ingest;

namespace Gemel.Cluster;

/// <summary>Opens ingest sessions and owns what they share: credits of the shards, pooled batches, back-pressure.</summary>
internal sealed class IngestGateway : IIngestGateway
{
    private const int PooledBatches = 256;

    private readonly ConcurrentBag<SampleBatchWriter> _batches = [];
    private readonly SemaphoreSlim[] _credits;
    private readonly int _batchesPerShard;

    public IngestGateway(IngestServices services, int batchesPerShard)
    {
        Services = services;
        _batchesPerShard = batchesPerShard;
        Mappings = new MappingCache(services.Catalog);
        _credits = [.. services.Shards.All.Select(_ => new SemaphoreSlim(batchesPerShard))];
    }

    public IngestServices Services { get; }

    public MappingCache Mappings { get; }

    public IIngestSession Open(Identity identity, string origin) => new IngestSession(this, identity, origin);

    /// <summary>Waits until the shard may be sent another batch: a grain's mailbox has no bound of its own.</summary>
    public Task TakeCreditAsync(int shard, CancellationToken cancellationToken) => _credits[shard].WaitAsync(cancellationToken);

    public void ReturnCredit(int shard) => _credits[shard].Release();

    /// <summary>Batches that each shard has taken and not yet made durable.</summary>
    public IEnumerable<int> BatchesInFlight => _credits.Select(credit => _batchesPerShard - credit.CurrentCount);

    public SampleBatchWriter RentBatch() => _batches.TryTake(out SampleBatchWriter? batch) ? batch : new SampleBatchWriter();

    public void ReturnBatch(SampleBatchWriter batch)
    {
        if (_batches.Count < PooledBatches)
        {
            batch.Reset();
            _batches.Add(batch);
        }
        else
        {
            batch.Dispose();
        }
    }
}

/// <summary>What sessions work with.</summary>
internal sealed record IngestServices(
    ShardSet Shards,
    IReadOnlyList<IShardGrain> Grains,
    Func<Catalog> Catalog,
    IRejectionStore Rejections,
    Presence Presence,
    BackPressure BackPressure,
    DiskReserve Disk,
    IngestOptions Options,
    TimeProvider Clock);
