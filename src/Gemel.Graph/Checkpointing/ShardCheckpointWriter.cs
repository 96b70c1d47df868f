using System.Buffers;

namespace Gemel.Graph;

/// <summary>Writes a shard as it was at one commit, part by part, while the shard goes on taking changes.</summary>
/// <remarks>The commit stays unreleased until the last part. Each part is one chunk of a table (at most 256 twins) and the
/// relationships that go out from its twins. Threading: takes the gate itself, for one part at a time; one caller.</remarks>
public sealed class ShardCheckpointWriter(Shard shard, long commit)
{
    private readonly PartWriter _part = new();
    private readonly Twin[] _twins = new Twin[TwinTable.LargestChunkRows];
    private IReadOnlyList<TwinTable>? _tables;
    private int _table;
    private int _chunk;
    private bool _isEnded;
    private long _twinCount;
    private long _relationshipCount;

    /// <summary>Writes the next part or, where a chunk holds nobody, nothing.</summary>
    /// <returns>False once the checkpoint is complete.</returns>
    public bool WriteNext(IBufferWriter<byte> output)
    {
        if (_isEnded)
        {
            return false;
        }
        lock (shard.Gate)
        {
            if (_tables is null)
            {
                _tables = shard.Tables;
                WriteHeader(output);
            }
            else if (_table < _tables.Count)
            {
                WriteChunk(output);
            }
            else
            {
                WriteEnd(output);
            }
        }
        return true;
    }

    private void WriteHeader(IBufferWriter<byte> output)
    {
        _part.UInt16(CheckpointFormat.Version);
        _part.Int64(commit);
        // Clock and sequences may be ahead of the commit: they only ever rise, and a number skipped does no harm.
        _part.Int64(shard.Clock.Last);
        _part.UInt32((uint)shard.Keys.Last.Count);
        foreach ((int slot, ulong last) in shard.Keys.Last.OrderBy(s => s.Key))
        {
            _part.UInt16(slot);
            _part.Int64((long)last);
        }
        _part.Flush(CheckpointPart.Header, output);
    }

    private void WriteChunk(IBufferWriter<byte> output)
    {
        TwinTable table = _tables![_table];
        if (_chunk >= table.ChunkCount)
        {
            _table++;
            _chunk = 0;
            return;
        }
        int count = shard.Store.TwinsOfChunk(table, _chunk, commit, _twins);
        if (count > 0)
        {
            WriteRows(table, _twins.AsSpan(0, count), output);
            WriteRelationships(_twins.AsSpan(0, count), output);
        }
        _chunk++;
    }

    private void WriteRows(TwinTable table, ReadOnlySpan<Twin> twins, IBufferWriter<byte> output)
    {
        _part.UInt32((uint)table.SchemaId);
        _part.UInt32((uint)_chunk);
        _part.UInt16(table.Schema.Columns.Length);
        _part.UInt16(twins.Length);
        foreach (Twin twin in twins)
        {
            WriteTwin(twin);
        }
        _twinCount += twins.Length;
        _part.Flush(CheckpointPart.Rows, output);
    }

    private void WriteTwin(Twin twin)
    {
        TwinHeader header = shard.Store.HeaderAt(twin, commit);
        _part.Text(twin.Id.Value);
        _part.Int64((long)twin.Key.Value);
        _part.Int64(twin.CreatedCommit);
        _part.Int64(twin.SinceCommit);
        _part.Int64(header.LastCommit);
        _part.UInt32(header.Version);
        _part.Int64(header.LastUpdate.Ticks);
        Span<CellState> cells = shard.Store.Cells(twin, commit);
        for (int column = 0; column < cells.Length; column++)
        {
            WriteCell(cells[column], twin.Table.IsManaged(column));
        }
    }

    private void WriteCell(in CellState cell, bool isManaged)
    {
        _part.Byte((byte)cell.Flags);
        if (cell.Flags == CellBits.None)
        {
            return;
        }
        if ((cell.Flags & CellBits.HasValue) != 0)
        {
            if (isManaged)
            {
                _part.Bytes(cell.Text);
            }
            else
            {
                _part.Int64(cell.Bits);
            }
        }
        _part.Int64(cell.Times.Source);
        _part.Int64(cell.Times.Server);
        if ((cell.Flags & CellBits.HasReason) != 0)
        {
            _part.Bytes(shard.Store.Reasons.Utf8(cell.Reason));
        }
        if ((cell.Flags & CellBits.WrittenSource) != 0)
        {
            _part.Int64(cell.WrittenSource);
        }
    }

    private void WriteRelationships(ReadOnlySpan<Twin> twins, IBufferWriter<byte> output)
    {
        bool any = false;
        foreach (Twin twin in twins)
        {
            foreach (RelationshipRecord record in shard.Outgoing(twin, commit))
            {
                WriteRelationship(record);
                any = true;
                _relationshipCount++;
            }
        }
        if (any)
        {
            _part.Flush(CheckpointPart.Relationships, output);
        }
    }

    private void WriteRelationship(RelationshipRecord record)
    {
        _part.Int64((long)record.SourceKey.Value);
        _part.Int64((long)record.TargetKey.Value);
        _part.Text(record.Id.Value);
        _part.Text(record.Name);
        _part.UInt32(record.Version);
        _part.Int64(record.LastUpdate.Ticks);
        _part.Int64(record.SinceCommit);
        _part.Bytes(record.Properties.Span);
    }

    private void WriteEnd(IBufferWriter<byte> output)
    {
        _part.Int64(_twinCount);
        _part.Int64(_relationshipCount);
        _part.Flush(CheckpointPart.End, output);
        _isEnded = true;
    }
}
