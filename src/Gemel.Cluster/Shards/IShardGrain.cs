namespace Gemel.Cluster;

/// <summary>One shard: the only writer of its twins. The key is the shard's number.</summary>
[Alias("gemel.shard")]
internal interface IShardGrain : IGrainWithIntegerKey
{
    /// <summary>Does nothing: a call that comes back has found the grain its place.</summary>
    [Alias("activate")]
    Task Activate();

    /// <summary>Takes a batch of samples; ends when it is durable.</summary>
    [Alias("ingest")]
    Task<IngestAnswer> Ingest(IngestBatch batch);

    /// <summary>Does one write on a twin of this shard, or on a relationship that begins at one; ends when it is durable.</summary>
    [Alias("write")]
    Task<WriteAnswer> Write(WriteRequest request);
}
