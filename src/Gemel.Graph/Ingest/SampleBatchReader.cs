using System.Buffers.Binary;

namespace Gemel.Graph;

/// <summary>Walks a sample batch: objects, in them values.</summary>
/// <exception cref="ArgumentOutOfRangeException">The batch is cut short: a bug of its writer.</exception>
public ref struct SampleBatchReader
{
    private ReadOnlySpan<byte> _rest;
    private int _valuesLeft;

    public SampleBatchReader(ReadOnlySpan<byte> batch)
    {
        Received = new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(batch));
        int actorLength = BinaryPrimitives.ReadUInt16LittleEndian(batch[8..]);
        int originLength = BinaryPrimitives.ReadUInt16LittleEndian(batch[10..]);
        ActorUtf8 = batch.Slice(SampleBatchFormat.HeaderBytes, actorLength);
        OriginUtf8 = batch.Slice(SampleBatchFormat.HeaderBytes + actorLength, originLength);
        _rest = batch[(SampleBatchFormat.HeaderBytes + actorLength + originLength)..];
    }

    public Timestamp Received { get; }

    public ReadOnlySpan<byte> ActorUtf8 { get; }

    public ReadOnlySpan<byte> OriginUtf8 { get; }

    public TwinKey Key { get; private set; }

    /// <summary>Source ticks of the object; 0 where it has none.</summary>
    public long Source { get; private set; }

    public int SchemaId { get; private set; }

    public int Item { get; private set; }

    public bool IsAtomic { get; private set; }

    public int ValueCount { get; private set; }

    /// <summary>Bytes from here to the end of the batch.</summary>
    internal readonly int RestBytes => _rest.Length;

    public int Column { get; private set; }

    public Quality Quality { get; private set; }

    public bool HasBits { get; private set; }

    public bool HasText { get; private set; }

    public readonly bool HasValue => HasBits || HasText;

    public long Bits { get; private set; }

    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Source ticks of the value, else of the object; 0 where there are none.</summary>
    public long ValueSource { get; private set; }

    public ReadOnlySpan<byte> ReasonUtf8 { get; private set; }

    /// <summary>Moves to the next object, over what is left of the present one.</summary>
    public bool NextObject()
    {
        while (_valuesLeft > 0)
        {
            NextValue();
        }
        if (_rest.IsEmpty)
        {
            return false;
        }
        ReadOnlySpan<byte> head = _rest[..SampleBatchFormat.ObjectBytes];
        Key = new TwinKey(BinaryPrimitives.ReadUInt64LittleEndian(head));
        Source = BinaryPrimitives.ReadInt64LittleEndian(head[8..]);
        SchemaId = BinaryPrimitives.ReadInt32LittleEndian(head[16..]);
        Item = BinaryPrimitives.ReadInt32LittleEndian(head[20..]);
        IsAtomic = BinaryPrimitives.ReadUInt16LittleEndian(head[24..]) == SampleBatchFormat.AtomicObject;
        ValueCount = _valuesLeft = BinaryPrimitives.ReadUInt16LittleEndian(head[26..]);
        _rest = _rest[SampleBatchFormat.ObjectBytes..];
        return true;
    }

    /// <summary>Moves to the next value of the object.</summary>
    public bool NextValue()
    {
        if (_valuesLeft == 0)
        {
            return false;
        }
        _valuesLeft--;
        uint head = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        var flags = (ValueFlags)(byte)(head >> 16);
        int reasonLength = (int)(head >> 24);
        Column = (ushort)head;
        Quality = (Quality)(byte)(flags & ValueFlags.QualityMask);
        HasBits = (flags & ValueFlags.HasBits) != 0;
        HasText = (flags & ValueFlags.HasText) != 0;
        int used = SampleBatchFormat.ValueBytes;
        if (HasBits)
        {
            Bits = BinaryPrimitives.ReadInt64LittleEndian(_rest[SampleBatchFormat.ValueBytes..]);
            used += 8;
        }
        if ((flags & (ValueFlags.HasText | ValueFlags.OwnSource)) != 0 || reasonLength > 0)
        {
            used = ReadRare(flags, used, reasonLength);
        }
        else
        {
            ValueSource = Source;
            ReasonUtf8 = default;
        }
        _rest = _rest[used..];
        return true;
    }

    private int ReadRare(ValueFlags flags, int used, int reasonLength)
    {
        if (HasText)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(_rest[used..]);
            Text = _rest.Slice(used + 4, length);
            used += 4 + length;
        }
        ValueSource = Source;
        if ((flags & ValueFlags.OwnSource) != 0)
        {
            ValueSource = BinaryPrimitives.ReadInt64LittleEndian(_rest[used..]);
            used += 8;
        }
        ReasonUtf8 = _rest.Slice(used, reasonLength);
        return used + reasonLength;
    }
}
