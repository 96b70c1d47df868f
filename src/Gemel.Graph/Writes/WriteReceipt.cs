namespace Gemel.Graph;

/// <summary>What a write did; it is durable once its commit is.</summary>
/// <param name="Commit">The commit that the change lies in.</param>
/// <param name="ETag">The ETag after the write, with <c>W/</c> and quotes; empty after a deletion and for telemetry.</param>
/// <param name="Created">The twin or relationship did not exist before.</param>
/// <param name="Key">The life of the twin; for a relationship, of its source.</param>
public readonly record struct WriteReceipt(long Commit, string ETag, bool Created, TwinKey Key);
