namespace Gemel.Cluster;

/// <summary>Samples of one sender for one shard, as <see cref="Graph.SampleBatchWriter"/> writes them.</summary>
/// <remarks>Immutable by duty: the sender leaves the bytes alone until the call ends, so a call within the silo copies nothing.</remarks>
[GenerateSerializer, Immutable, Alias("gemel.ingest-batch")]
internal sealed class IngestBatch(ReadOnlyMemory<byte> bytes)
{
    [Id(0)]
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;
}

/// <param name="Commit">The durable commit up to which everything of the batch is on disk.</param>
/// <param name="Taken">Values journaled.</param>
/// <param name="Repetitions">Values that were there already.</param>
/// <param name="Rejected">Objects that were not taken; null where all were.</param>
[GenerateSerializer, Immutable, Alias("gemel.ingest-answer")]
internal sealed record IngestAnswer(
    [property: Id(0)] long Commit,
    [property: Id(1)] int Taken,
    [property: Id(2)] int Repetitions,
    [property: Id(3)] IReadOnlyList<RejectedItem>? Rejected);

/// <param name="Item">Number of the message in its wave.</param>
/// <param name="IsSchemaChange">The twin's model changed meanwhile; otherwise the twin was deleted.</param>
/// <param name="Twin">The <see cref="TwinKey"/> of the object.</param>
[GenerateSerializer, Immutable, Alias("gemel.rejected-item")]
internal readonly record struct RejectedItem([property: Id(0)] int Item, [property: Id(1)] bool IsSchemaChange, [property: Id(2)] ulong Twin);
