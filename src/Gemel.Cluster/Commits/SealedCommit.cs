using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>What one commit is made of: the catalog's changes before the shards', so that a model is known where a twin of it
/// is created. Owns the pooled buffers.</summary>
internal sealed class SealedCommit : IDisposable
{
    private readonly List<SealedChanges> _shards = [];
    private readonly List<ReadOnlyMemory<byte>> _segments = [];

    /// <remarks>Called while all gates are held.</remarks>
    public SealedCommit(CommitTicket ticket, ReadOnlyMemory<byte> catalogGroups, ShardSet shards)
    {
        Ticket = ticket;
        Add(catalogGroups);
        foreach (Shard shard in shards.All)
        {
            SealedChanges changes = shard.Seal();
            _shards.Add(changes);
            if (!changes.IsEmpty)
            {
                Add(changes.Payload);
            }
        }
    }

    public CommitTicket Ticket { get; }

    public IReadOnlyList<ReadOnlyMemory<byte>> Segments => _segments;

    public long PayloadBytes { get; private set; }

    public void Dispose() => _shards.ForEach(changes => changes.Dispose());

    private void Add(ReadOnlyMemory<byte> segment)
    {
        if (!segment.IsEmpty)
        {
            _segments.Add(segment);
            PayloadBytes += segment.Length;
        }
    }
}
