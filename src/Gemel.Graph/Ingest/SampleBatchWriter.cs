using System.Buffers;
using System.Buffers.Binary;
using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>Builds one batch of samples for one shard in a pooled buffer.</summary>
/// <remarks>Use: <see cref="Begin"/>, then per object <see cref="BeginObject"/>, adds, <see cref="EndObject"/>; hand
/// <see cref="Written"/> to <see cref="Shard.Ingest"/>; <see cref="Reset"/>. Threading: one caller at a time.</remarks>
public sealed class SampleBatchWriter : IDisposable
{
    private const int InitialCapacity = 4096;
    private const int MaxReasonBytes = 255;

    private static ReadOnlySpan<byte> LongReason => "other"u8;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity);
    private int _position;
    private TwinSchema? _schema;
    private int _object;
    private int _values;

    /// <summary>No object was added.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Objects added.</summary>
    public int Count { get; private set; }

    /// <summary>The batch; valid until the next call of any other member.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _position);

    /// <summary>Begins a batch of one actor.</summary>
    public void Begin(ReadOnlySpan<byte> actorUtf8, ReadOnlySpan<byte> originUtf8, Timestamp received)
    {
        Reset();
        Span<byte> header = Take(SampleBatchFormat.HeaderBytes + actorUtf8.Length + originUtf8.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header, received.Ticks);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], checked((ushort)actorUtf8.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(header[10..], checked((ushort)originUtf8.Length));
        actorUtf8.CopyTo(header[SampleBatchFormat.HeaderBytes..]);
        originUtf8.CopyTo(header[(SampleBatchFormat.HeaderBytes + actorUtf8.Length)..]);
    }

    /// <summary>Begins the values of one twin at one time.</summary>
    /// <param name="schema">The schema by which the values were decoded; where the twin has another by then, the shard rejects the object.</param>
    /// <param name="source">Source time of the object or message; none where it has none.</param>
    /// <param name="item">Position in the publisher's message list, for the receipt.</param>
    /// <param name="isAtomic">The door has already seen to it that all values fit.</param>
    public void BeginObject(Twin twin, TwinSchema schema, Timestamp source, int item, bool isAtomic)
    {
        _object = _position;
        _schema = schema;
        _values = 0;
        Span<byte> at = Take(SampleBatchFormat.ObjectBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(at, twin.Key.Value);
        BinaryPrimitives.WriteInt64LittleEndian(at[8..], source.Ticks);
        BinaryPrimitives.WriteInt32LittleEndian(at[16..], schema.Id);
        BinaryPrimitives.WriteInt32LittleEndian(at[20..], item);
        BinaryPrimitives.WriteUInt16LittleEndian(at[24..], isAtomic ? SampleBatchFormat.AtomicObject : (ushort)0);
    }

    /// <summary>Adds a value held in 64 bits.</summary>
    /// <param name="reasonUtf8">Empty where none is given; a very long one becomes <c>other</c>.</param>
    /// <param name="ownSource">The value's own source time; none where the object's holds.</param>
    /// <exception cref="ArgumentException">The column is not of that kind: a bug of the door.</exception>
    public void Add(int column, long bits, Quality quality, ReadOnlySpan<byte> reasonUtf8, Timestamp ownSource)
    {
        Require(column, isText: false);
        reasonUtf8 = Bounded(reasonUtf8);
        Span<byte> at = BeginValue(column, ValueFlags.HasBits, quality, reasonUtf8, ownSource, 8);
        BinaryPrimitives.WriteInt64LittleEndian(at, bits);
        EndValue(at[8..], reasonUtf8, ownSource);
    }

    /// <summary>Adds a good value held in 64 bits, at the object's source time.</summary>
    /// <exception cref="ArgumentException">The column is not of that kind: a bug of the door.</exception>
    public void AddNumber(int column, long bits)
    {
        Require(column, isText: false);
        Span<byte> at = Take(SampleBatchFormat.ValueBytes + sizeof(long));
        const uint Flags = (uint)ValueFlags.HasBits | (uint)Quality.Good;
        BinaryPrimitives.WriteUInt32LittleEndian(at, checked((ushort)column) | (Flags << 16));
        BinaryPrimitives.WriteInt64LittleEndian(at[SampleBatchFormat.ValueBytes..], bits);
        _values++;
    }

    /// <summary>Adds a value of kind Text or Json.</summary>
    /// <exception cref="ArgumentException">The column is not of that kind: a bug of the door.</exception>
    public void AddText(int column, ReadOnlySpan<byte> utf8, Quality quality, ReadOnlySpan<byte> reasonUtf8, Timestamp ownSource)
    {
        Require(column, isText: true);
        reasonUtf8 = Bounded(reasonUtf8);
        Span<byte> at = BeginValue(column, ValueFlags.HasText, quality, reasonUtf8, ownSource, 4 + utf8.Length);
        BinaryPrimitives.WriteInt32LittleEndian(at, utf8.Length);
        utf8.CopyTo(at[4..]);
        EndValue(at[(4 + utf8.Length)..], reasonUtf8, ownSource);
    }

    /// <summary>Adds a sample without a value: null, or one that does not fit. The last value stays.</summary>
    public void AddNone(int column, Quality quality, ReadOnlySpan<byte> reasonUtf8, Timestamp ownSource)
    {
        reasonUtf8 = Bounded(reasonUtf8);
        Span<byte> at = BeginValue(column, ValueFlags.None, quality, reasonUtf8, ownSource, 0);
        EndValue(at, reasonUtf8, ownSource);
    }

    /// <summary>Where the batch ends now, for <see cref="Rewind"/>.</summary>
    public BatchMark Mark() => new(_position, Count);

    /// <summary>Takes away everything that was added since the mark, a half-written object too.</summary>
    public void Rewind(BatchMark mark) => (_position, Count) = (mark.Position, mark.Count);

    /// <summary>Ends the object; one without values is left out.</summary>
    /// <param name="source">Its source time where that was not known at its begin; none leaves it as it was given.</param>
    public void EndObject(Timestamp source = default)
    {
        if (!source.IsNone)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_object + 8), source.Ticks);
        }
        if (_values == 0)
        {
            _position = _object;
            return;
        }
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_object + 26), checked((ushort)_values));
        Count++;
    }

    public void Reset()
    {
        _position = 0;
        Count = 0;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
        _buffer = [];
    }

    // Found here, where the bug is, and not in the shard, where half an object would already be applied.
    private void Require(int column, bool isText)
    {
        ValueKind kind = _schema!.Columns[column].Kind;
        if (isText != (kind is ValueKind.Text or ValueKind.Json))
        {
            throw new ArgumentException($"A value of the wrong kind for '{_schema.Columns[column].Path}' of {_schema.Model}.", nameof(column));
        }
    }

    private static ReadOnlySpan<byte> Bounded(ReadOnlySpan<byte> reasonUtf8) => reasonUtf8.Length <= MaxReasonBytes ? reasonUtf8 : LongReason;

    private Span<byte> BeginValue(int column, ValueFlags flags, Quality quality, ReadOnlySpan<byte> reasonUtf8, Timestamp ownSource, int valueBytes)
    {
        int sourceBytes = ownSource.IsNone ? 0 : 8;
        Span<byte> at = Take(SampleBatchFormat.ValueBytes + valueBytes + sourceBytes + reasonUtf8.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(at, checked((ushort)column));
        at[2] = (byte)((byte)(flags | (sourceBytes > 0 ? ValueFlags.OwnSource : ValueFlags.None)) | (byte)quality);
        at[3] = (byte)reasonUtf8.Length;
        _values++;
        return at[SampleBatchFormat.ValueBytes..];
    }

    private static void EndValue(Span<byte> rest, ReadOnlySpan<byte> reasonUtf8, Timestamp ownSource)
    {
        if (!ownSource.IsNone)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, ownSource.Ticks);
            rest = rest[8..];
        }
        reasonUtf8.CopyTo(rest);
    }

    private Span<byte> Take(int bytes)
    {
        if (_buffer.Length - _position < bytes)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialCapacity, Math.Max(checked(_position + bytes), _buffer.Length * 2)));
            _buffer.AsSpan(0, _position).CopyTo(larger);
            Dispose();
            _buffer = larger;
        }
        Span<byte> taken = _buffer.AsSpan(_position, bytes);
        _position += bytes;
        return taken;
    }
}

/// <summary>A place in a batch under construction.</summary>
public readonly record struct BatchMark(int Position, int Count);
