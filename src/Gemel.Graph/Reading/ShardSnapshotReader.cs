namespace Gemel.Graph;

/// <summary>Reads a shard's tables in chunks at one commit, for queries.</summary>
/// <remarks>The commit must stay unreleased while the reader is used. Threading: <see cref="ReadChunk"/> takes the gate itself,
/// for one chunk at a time.</remarks>
public sealed class ShardSnapshotReader(Shard shard, long atCommit)
{
    /// <summary>All tables; one that came later holds nothing that this commit sees.</summary>
    public IReadOnlyList<TwinTable> Tables => shard.Tables;

    public long Commit => atCommit;

    /// <summary>Copies the twins of one chunk and the asked columns.</summary>
    /// <param name="chunk">From 0 to <see cref="TwinTable.ChunkCount"/> - 1.</param>
    /// <param name="columns">Column numbers of the table's schema.</param>
    /// <returns>Rows filled; 0 where nobody lived there at the commit.</returns>
    public int ReadChunk(TwinTable table, int chunk, ReadOnlySpan<int> columns, ChunkBuffer buffer)
    {
        lock (shard.Gate)
        {
            return shard.Store.ReadChunk(table, chunk, atCommit, columns, buffer);
        }
    }

    /// <summary>Copies the asked columns of one twin.</summary>
    /// <param name="twin">A form that this commit sees.</param>
    /// <param name="columns">Column numbers of its schema.</param>
    /// <param name="buffer">Gets one row.</param>
    public void ReadTwin(Twin twin, ReadOnlySpan<int> columns, ChunkBuffer buffer)
    {
        lock (shard.Gate)
        {
            shard.Store.ReadTwin(twin, atCommit, columns, buffer);
        }
    }
}
