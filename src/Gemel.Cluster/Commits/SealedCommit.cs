using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>What one commit is made of: the catalog's changes before the shards', so that a model is known where a twin of it
/// is created. Owns the pooled buffers.</summary>
internal sealed class SealedCommit : IDisposable
{
    private readonly List<SealedChanges> _parts = [];
    private readonly List<ReadOnlyMemory<byte>> _segments = [];

    /// <remarks>Called while all gates are held.</remarks>
    public SealedCommit(CommitTicket ticket, CatalogOwner catalog, ShardSet shards)
    {
        Ticket = ticket;
        Add(catalog.Seal(ticket.Commit));
        foreach (Shard shard in shards.All)
        {
            Add(shard.Seal());
        }
    }

    public CommitTicket Ticket { get; }

    public IReadOnlyList<ReadOnlyMemory<byte>> Segments => _segments;

    public long PayloadBytes { get; private set; }

    public void Dispose() => _parts.ForEach(part => part.Dispose());

    private void Add(SealedChanges part)
    {
        _parts.Add(part);
        if (!part.IsEmpty)
        {
            _segments.Add(part.Payload);
            PayloadBytes += part.Payload.Length;
        }
    }
}
