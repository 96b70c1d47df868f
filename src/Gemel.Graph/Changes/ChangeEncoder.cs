using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Gemel.Graph;

/// <summary>Appends groups of changes as fields of the message <c>gemel.v1.Commit</c> to one pooled buffer.</summary>
/// <remarks>
/// Written by hand because it is the hot path; tests check it against the classes generated from <c>changes.proto</c>.
/// Lengths of nested messages are reserved as padded varints (legal in Protobuf) and patched at the end, so that nothing
/// is measured before it is written. Threading: one caller at a time.
/// </remarks>
public sealed class ChangeEncoder
{
    private const int InitialCapacity = 64 * 1024;
    private const int GroupLengthWidth = 5;
    private const int NestedLengthWidth = 2;

    private byte[] _buffer = [];
    private int _position;
    private int _groupStart = -1;
    private int _changeStart;
    private int _innerStart;

    public bool IsEmpty => _position == 0;

    public int Length => _position;

    internal bool IsGroupOpen => _groupStart >= 0;

    /// <summary>Opens a group; its changes follow until <see cref="EndGroup"/>.</summary>
    public void BeginGroup(ReadOnlySpan<byte> actorUtf8, ReadOnlySpan<byte> originUtf8, Timestamp time)
    {
        if (IsGroupOpen)
        {
            throw new InvalidOperationException("The group before is still open.");
        }
        Reserve(actorUtf8.Length + originUtf8.Length + 64);
        _groupStart = _position;
        _buffer[_position] = WireTag.Bytes(1);
        _position += 1 + GroupLengthWidth;
        BytesField(WireTag.Bytes(1), actorUtf8);
        BytesField(WireTag.Bytes(2), originUtf8);
        Fixed64Field(WireTag.Fixed64(3), time.Ticks);
    }

    public void BeginGroup(in Actor actor, Timestamp time) =>
        BeginGroup(Encoding.UTF8.GetBytes(actor.Name), Encoding.UTF8.GetBytes(actor.Origin), time);

    /// <summary>Closes the open group.</summary>
    public void EndGroup()
    {
        int body = _groupStart + 1 + GroupLengthWidth;
        PaddedVarint(_groupStart + 1, GroupLengthWidth, _position - body);
        _groupStart = -1;
    }

    /// <summary>Drops the open group as if it had never begun.</summary>
    public void AbandonGroup()
    {
        _position = _groupStart;
        _groupStart = -1;
    }

    /// <summary>Adds a change of the catalog to the open group, before any other change of it.</summary>
    public void Catalog(ReadOnlySpan<byte> message)
    {
        Reserve(message.Length + 8);
        BytesField(WireTag.Bytes(5), message);
    }

    /// <summary>Hands over all that was encoded and starts anew.</summary>
    public SealedChanges Seal(long commit)
    {
        if (IsGroupOpen)
        {
            throw new InvalidOperationException("A group is still open.");
        }
        var changes = new SealedChanges(commit, _buffer, _position);
        _buffer = [];
        _position = 0;
        return changes;
    }

    /// <summary>Forgets all that was encoded.</summary>
    public void Clear()
    {
        _position = 0;
        _groupStart = -1;
    }

    /// <param name="roomForCells">Bytes that the cells' values will take at most, so that capacity is checked once.</param>
    internal void BeginTwin(TwinKey key, int schema, TwinAction action, ReadOnlySpan<byte> idUtf8, uint timeOffset, long source, int roomForCells)
    {
        Reserve(idUtf8.Length + roomForCells + 96);
        BeginNested(WireTag.Bytes(1));
        Fixed64Field(WireTag.Fixed64(1), (long)key.Value);
        VarintField(WireTag.Varint(2), (uint)schema);
        if (action != TwinAction.Update)
        {
            VarintField(WireTag.Varint(3), (uint)action);
        }
        if (!idUtf8.IsEmpty)
        {
            BytesField(WireTag.Bytes(4), idUtf8);
        }
        VarintField(WireTag.Varint(5), timeOffset);
        if (source != 0)
        {
            Fixed64Field(WireTag.Fixed64(6), source);
        }
    }

    /// <summary>Adds a cell to the open twin change.</summary>
    /// <param name="source">0 where the object's source time holds or there is none.</param>
    internal void Cell(int column, long bits, Quality quality, CellFlags flags, long source)
    {
        Reserve(64);
        int start = _position;
        _position += 2;
        VarintField(WireTag.Varint(1), (uint)column);
        if (bits != 0)
        {
            Fixed64Field(WireTag.Fixed64(2), bits);
        }
        CellTail(quality, flags, source);
        _buffer[start] = WireTag.Bytes(7);
        _buffer[start + 1] = (byte)(_position - start - 2);
    }

    /// <summary>The general form of a cell: text, reason or claimed time.</summary>
    internal void Cell(int column, long bits, ReadOnlySpan<byte> text, Quality quality, ReadOnlySpan<byte> reason, CellFlags flags, long source, long claimed)
    {
        Reserve(text.Length + reason.Length + 96);
        int start = _position;
        _buffer[start] = WireTag.Bytes(7);
        _position += 1 + GroupLengthWidth;
        VarintField(WireTag.Varint(1), (uint)column);
        if (bits != 0)
        {
            Fixed64Field(WireTag.Fixed64(2), bits);
        }
        if (!text.IsEmpty)
        {
            BytesField(WireTag.Bytes(3), text);
        }
        if (!reason.IsEmpty)
        {
            BytesField(WireTag.Bytes(5), reason);
        }
        if (claimed != 0)
        {
            Fixed64Field(WireTag.Fixed64(8), claimed);
        }
        CellTail(quality, flags, source);
        PaddedVarint(start + 1, GroupLengthWidth, _position - start - 1 - GroupLengthWidth);
    }

    /// <summary>Adds to the open twin change, which has no cells, the twin's JSON before its deletion.</summary>
    internal void Document(ReadOnlySpan<byte> json)
    {
        Reserve(json.Length + 8);
        BytesField(WireTag.Bytes(8), json);
    }

    internal void EndTwin() => EndNested();

    /// <summary>Drops the open twin change.</summary>
    internal void AbandonTwin() => _position = _changeStart;

    internal void Relationship(RelationshipAction action, RelationshipRecord record, uint timeOffset)
    {
        byte[] id = Encoding.UTF8.GetBytes(record.Id.Value);
        byte[] sourceId = Encoding.UTF8.GetBytes(record.SourceId.Value);
        byte[] targetId = Encoding.UTF8.GetBytes(record.TargetId.Value);
        byte[] name = Encoding.UTF8.GetBytes(record.Name);
        Reserve(id.Length + sourceId.Length + targetId.Length + name.Length + record.Properties.Length + 128);
        BeginNested(WireTag.Bytes(2));
        VarintField(WireTag.Varint(1), (uint)action);
        Fixed64Field(WireTag.Fixed64(2), (long)record.SourceKey.Value);
        Fixed64Field(WireTag.Fixed64(3), (long)record.TargetKey.Value);
        BytesField(WireTag.Bytes(4), id);
        BytesField(WireTag.Bytes(5), sourceId);
        BytesField(WireTag.Bytes(6), targetId);
        BytesField(WireTag.Bytes(7), name);
        BytesField(WireTag.Bytes(8), record.Properties.Span);
        VarintField(WireTag.Varint(9), record.Version);
        VarintField(WireTag.Varint(10), timeOffset);
        EndNested();
    }

    internal void Telemetry(TwinKey key, in TelemetryMessage message, uint timeOffset)
    {
        byte[] component = Encoding.UTF8.GetBytes(message.Component ?? "");
        byte[] messageId = Encoding.UTF8.GetBytes(message.MessageId);
        byte[] contentType = Encoding.UTF8.GetBytes(message.ContentType);
        Reserve(component.Length + messageId.Length + contentType.Length + message.Payload.Length + 96);
        BeginNested(WireTag.Bytes(3));
        Fixed64Field(WireTag.Fixed64(1), (long)key.Value);
        BytesField(WireTag.Bytes(2), component);
        BytesField(WireTag.Bytes(3), messageId);
        Fixed64Field(WireTag.Fixed64(4), message.Source.Ticks);
        BytesField(WireTag.Bytes(5), message.Payload.Span);
        BytesField(WireTag.Bytes(6), contentType);
        VarintField(WireTag.Varint(7), timeOffset);
        EndNested();
    }

    private void CellTail(Quality quality, CellFlags flags, long source)
    {
        if (quality != Quality.Good)
        {
            VarintField(WireTag.Varint(4), (uint)quality);
        }
        if (source != 0)
        {
            Fixed64Field(WireTag.Fixed64(6), source);
        }
        if (flags != CellFlags.None)
        {
            VarintField(WireTag.Varint(7), (uint)flags);
        }
    }

    /// <summary>Opens <c>Change</c> and, in it, the message of <paramref name="innerTag"/>.</summary>
    private void BeginNested(byte innerTag)
    {
        _changeStart = _position;
        _buffer[_position] = WireTag.Bytes(4);
        _innerStart = _position + 1 + NestedLengthWidth;
        _buffer[_innerStart] = innerTag;
        _position = _innerStart + 1 + NestedLengthWidth;
    }

    private void EndNested()
    {
        int innerLength = CloseLength(_innerStart + 1);
        CloseLength(_changeStart + 1);
        System.Diagnostics.Debug.Assert(innerLength > 0);
    }

    /// <summary>Patches the length of the message whose reserved length field is at <paramref name="at"/> and which ends
    /// at the position; a message too long for the reserved width is moved up.</summary>
    private int CloseLength(int at)
    {
        int body = at + NestedLengthWidth;
        int length = _position - body;
        if (length < 1 << (7 * NestedLengthWidth))
        {
            PaddedVarint(at, NestedLengthWidth, length);
            return length;
        }
        const int More = GroupLengthWidth - NestedLengthWidth;
        Reserve(More);
        _buffer.AsSpan(body, length).CopyTo(_buffer.AsSpan(body + More));
        PaddedVarint(at, GroupLengthWidth, length);
        _position += More;
        return length;
    }

    private void PaddedVarint(int at, int width, int value)
    {
        for (int i = 0; i < width - 1; i++)
        {
            _buffer[at + i] = (byte)(value | 0x80);
            value >>= 7;
        }
        _buffer[at + width - 1] = (byte)value;
    }

    private void Fixed64Field(byte tag, long value)
    {
        Span<byte> at = _buffer.AsSpan(_position, 9);
        at[0] = tag;
        BinaryPrimitives.WriteInt64LittleEndian(at[1..], value);
        _position += 9;
    }

    private void VarintField(byte tag, uint value)
    {
        _buffer[_position++] = tag;
        Varint(value);
    }

    private void Varint(uint value)
    {
        while (value >= 0x80)
        {
            _buffer[_position++] = (byte)(value | 0x80);
            value >>= 7;
        }
        _buffer[_position++] = (byte)value;
    }

    private void BytesField(byte tag, ReadOnlySpan<byte> value)
    {
        VarintField(tag, (uint)value.Length);
        value.CopyTo(_buffer.AsSpan(_position));
        _position += value.Length;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _position < bytes)
        {
            Grow(bytes);
        }
    }

    private void Grow(int bytes)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialCapacity, Math.Max(checked(_position + bytes), _buffer.Length * 2)));
        _buffer.AsSpan(0, _position).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        _buffer = larger;
    }
}
