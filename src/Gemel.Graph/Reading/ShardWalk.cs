using System.Buffers;

namespace Gemel.Graph;

/// <summary>Goes through the twins of a shard as they were at one commit, a chunk (at most 256 twins) at a time, while the shard goes on taking changes.</summary>
/// <remarks>The commit stays unreleased until the end. Order: by table, then by row; each twin once. Threading: takes the gate itself,
/// for one chunk at a time; one caller. A walk is used for one purpose, from its beginning to its end.</remarks>
public sealed class ShardWalk(Shard shard, long commit)
{
    private readonly IReadOnlyList<TwinTable> _tables = shard.Tables;
    private readonly Twin[] _twins = new Twin[TwinTable.LargestChunkRows];
    private readonly TwinView _view = new();
    private int _table;
    private int _chunk;

    /// <summary>Writes the twins of the next chunk as GET shows them, each on a line of its own (NDJSON).</summary>
    /// <returns>How many, 0 where nobody lived in the chunk; null at the end.</returns>
    public int? WriteTwins(Timestamp now, IBufferWriter<byte> output)
    {
        lock (shard.Gate)
        {
            if (NextChunk() is not { } count)
            {
                return null;
            }
            foreach (Twin twin in _twins.AsSpan(0, count))
            {
                shard.Store.Read(twin, commit, new Freshness(twin, shard.StartedAt, now, shard.Options), _view);
                TwinJson.Write(_view, output, TwinJsonOptions.Current);
                output.Write("\n"u8);
            }
            return count;
        }
    }

    /// <summary>Adds the relationships that go out from the twins of the next chunk.</summary>
    /// <returns>False at the end.</returns>
    public bool ReadRelationships(List<RelationshipRecord> relationships)
    {
        lock (shard.Gate)
        {
            if (NextChunk() is not { } count)
            {
                return false;
            }
            foreach (Twin twin in _twins.AsSpan(0, count))
            {
                relationships.AddRange(shard.Outgoing(twin, commit));
            }
            return true;
        }
    }

    /// <summary>Adds the ids of the twins of the next chunk.</summary>
    /// <returns>False at the end.</returns>
    public bool ReadIds(List<TwinId> ids)
    {
        lock (shard.Gate)
        {
            if (NextChunk() is not { } count)
            {
                return false;
            }
            foreach (Twin twin in _twins.AsSpan(0, count))
            {
                ids.Add(twin.Id);
            }
            return true;
        }
    }

    private int? NextChunk()
    {
        while (_table < _tables.Count && _chunk >= _tables[_table].ChunkCount)
        {
            _table++;
            _chunk = 0;
        }
        return _table < _tables.Count ? shard.Store.TwinsOfChunk(_tables[_table], _chunk++, commit, _twins) : null;
    }
}
