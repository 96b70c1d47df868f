using System.Buffers.Binary;

namespace Gemel.Graph;

/// <summary>Fills an empty shard from a checkpoint.</summary>
/// <remarks>Use: <see cref="Read"/> all bytes, in pieces of any size; <see cref="Complete"/> once all shards have read theirs, for
/// relationships lead from shard to shard. Then the journal after <see cref="Commit"/> is replayed. The bytes may be damaged as long as the shard
/// is thrown away then: numbers in them cost no more memory than a small multiple of their own length. Threading: under the gate.</remarks>
/// <exception cref="InvalidDataException">The checkpoint is damaged, incomplete, or of a newer version.</exception>
public sealed class ShardCheckpointReader(Shard shard, ReplayContext context)
{
    private readonly List<byte[]> _relationshipParts = [];
    private bool _hasHeader;
    private bool _isEnded;
    private long _twins;
    private long _relationships;
    private long _expectedTwins;
    private long _expectedRelationships;

    /// <summary>The commit that the checkpoint is of; known after the first part.</summary>
    public long Commit { get; private set; }

    /// <summary>Takes in the parts that lie whole in the next bytes.</summary>
    /// <returns>How many bytes were taken; the others come again, with what follows them.</returns>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> rest = bytes;
        while (rest.Length >= CheckpointFormat.FrameBytes)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            if (length > (uint)(rest.Length - CheckpointFormat.FrameBytes))
            {
                break;
            }
            ReadPart((CheckpointPart)rest[4], rest.Slice(CheckpointFormat.FrameBytes, (int)length));
            rest = rest[(CheckpointFormat.FrameBytes + (int)length)..];
        }
        return bytes.Length - rest.Length;
    }

    /// <summary>Ties the relationships, and makes the commit after the checkpoint's the pending one.</summary>
    public void Complete()
    {
        foreach (byte[] part in _relationshipParts)
        {
            ReadRelationships(new PartReader(part));
        }
        if (!_isEnded || _twins != _expectedTwins || _relationships != _expectedRelationships)
        {
            throw new InvalidDataException("The checkpoint of a shard is not complete.");
        }
        _relationshipParts.Clear();
    }

    private void ReadPart(CheckpointPart kind, ReadOnlySpan<byte> body)
    {
        if (_isEnded || (kind == CheckpointPart.Header) == _hasHeader)
        {
            throw new InvalidDataException("The parts of the checkpoint are out of order.");
        }
        switch (kind)
        {
            case CheckpointPart.Header: ReadHeader(new PartReader(body)); break;
            case CheckpointPart.Rows: ReadRows(new PartReader(body)); break;
            case CheckpointPart.Relationships: _relationshipParts.Add(body.ToArray()); break;
            case CheckpointPart.End: ReadEnd(new PartReader(body)); break;
            default: throw new InvalidDataException($"The checkpoint has a part of the unknown kind {(int)kind}.");
        }
    }

    private void ReadHeader(PartReader part)
    {
        int version = part.UInt16();
        if (version != CheckpointFormat.Version)
        {
            throw new InvalidDataException($"The checkpoint is of version {version}; this program reads version {CheckpointFormat.Version}.");
        }
        _hasHeader = true;
        Commit = part.Int64();
        shard.Clock.Saw(part.Int64());
        uint slots = part.UInt32();
        for (uint i = 0; i < slots; i++)
        {
            int slot = part.UInt16();
            shard.Keys.Saw(TwinKey.Create(slot, (ulong)part.Int64()));
        }
        shard.Store.PendingCommit = Commit + 1;
    }

    private void ReadRows(PartReader part)
    {
        int schemaId = (int)part.UInt32();
        part.UInt32();
        TwinTable table = shard.Store.TableOf(context.SchemaOf(schemaId)
            ?? throw new InvalidDataException($"The checkpoint names schema {schemaId}, which no model ever had."));
        int columns = part.UInt16();
        if (columns != table.Schema.Columns.Length)
        {
            throw new InvalidDataException($"The checkpoint has {columns} columns for schema {schemaId}, which has {table.Schema.Columns.Length}.");
        }
        int count = part.UInt16();
        for (int i = 0; i < count; i++)
        {
            ReadTwin(ref part, table);
        }
        _twins += count;
    }

    private void ReadTwin(ref PartReader part, TwinTable table)
    {
        TwinId id = TwinId.Create(part.Text());
        var key = new TwinKey((ulong)part.Int64());
        if (!shard.Keys.HasGiven(key))
        {
            throw new InvalidDataException($"The checkpoint has twin {key}, a number that was never given.");
        }
        Twin twin = shard.Store.Restore(id, key, table, createdCommit: part.Int64(), sinceCommit: part.Int64(),
            new TwinHeader(part.Int64(), part.UInt32(), new Timestamp(part.Int64())));
        Chunk chunk = table.ChunkOfRow(twin.Row, out int offset);
        for (int column = 0; column < table.Schema.Columns.Length; column++)
        {
            var flags = (CellBits)part.Byte();
            if (flags == CellBits.None)
            {
                continue;
            }
            if ((flags & (CellBits.HasReason | CellBits.WrittenSource)) == 0 && !table.IsManaged(column))
            {
                long bits = (flags & CellBits.HasValue) != 0 ? part.Int64() : 0;
                chunk.Fill(column, offset, bits, new CellTimes(part.Int64(), part.Int64()), flags);
                continue;
            }
            chunk.Fill(column, offset, ReadCell(ref part, flags, table.IsManaged(column)));
        }
    }

    private CellState ReadCell(ref PartReader part, CellBits flags, bool isManaged)
    {
        bool hasValue = (flags & CellBits.HasValue) != 0;
        byte[]? text = hasValue && isManaged ? part.Bytes() : null;
        long bits = hasValue && !isManaged ? part.Int64() : 0;
        var times = new CellTimes(part.Int64(), part.Int64());
        ushort reason = (flags & CellBits.HasReason) != 0 ? shard.Store.Reasons.Code(part.Bytes()) : ReasonTable.None;
        long written = (flags & CellBits.WrittenSource) != 0 ? part.Int64() : 0;
        return new CellState(bits, text, times, flags, reason, written);
    }

    private void ReadRelationships(PartReader part)
    {
        while (!part.IsAtEnd)
        {
            Twin source = Find(shard, new TwinKey((ulong)part.Int64()));
            var targetKey = new TwinKey((ulong)part.Int64());
            Shard targetShard = context.ShardOf(targetKey.Slot);
            Twin target = Find(targetShard, targetKey);
            var record = new RelationshipRecord
            {
                Id = RelationshipId.Create(part.Text()),
                SourceId = source.Id,
                TargetId = target.Id,
                SourceKey = source.Key,
                TargetKey = target.Key,
                Name = part.Text(),
                Version = part.UInt32(),
                LastUpdate = new Timestamp(part.Int64()),
                SinceCommit = part.Int64(),
                Properties = part.Bytes(),
            };
            shard.Store.RestoreRelationship(source, record, outgoing: true);
            targetShard.Store.RestoreRelationship(target, record, outgoing: false);
            _relationships++;
        }
    }

    private void ReadEnd(PartReader part)
    {
        _expectedTwins = part.Int64();
        _expectedRelationships = part.Int64();
        _isEnded = true;
    }

    private static Twin Find(Shard shard, TwinKey key) =>
        shard.Directory.Find(key) ?? throw new InvalidDataException($"The checkpoint has a relationship of twin {key}, which it has not.");
}
