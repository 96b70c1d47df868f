namespace Gemel.Graph;

/// <summary>One journaled change of a twin; iterate over it for its cells.</summary>
public readonly ref struct TwinChange
{
    private readonly WireCursor _cells;

    internal TwinChange(ReadOnlySpan<byte> message, Timestamp groupTime)
    {
        var cursor = new WireCursor(message);
        ServerTime = groupTime;
        while (cursor.PeekTag() is not 0 and not (7 << 3 | 2))
        {
            cursor.Next();
            switch (cursor.Tag)
            {
                case 1 << 3 | 1: Key = new TwinKey((ulong)cursor.Fixed64()); break;
                case 2 << 3: SchemaId = (int)cursor.Varint(); break;
                case 3 << 3: Action = (TwinAction)cursor.Varint(); break;
                case 4 << 3 | 2: IdUtf8 = cursor.Bytes(); break;
                case 5 << 3: ServerTime = new Timestamp(groupTime.Ticks + (long)cursor.Varint()); break;
                case 6 << 3 | 1: Source = new Timestamp(cursor.Fixed64()); break;
                case 8 << 3 | 2: Document = cursor.Bytes(); break;
                default: cursor.Skip(); break;
            }
        }
        _cells = cursor;
    }

    public TwinKey Key { get; }

    /// <summary>The schema after the change; columns of the cells are its.</summary>
    public int SchemaId { get; }

    public TwinAction Action { get; }

    /// <summary>The twin's id; empty unless <see cref="Action"/> is <see cref="TwinAction.Create"/>.</summary>
    public ReadOnlySpan<byte> IdUtf8 { get; }

    /// <summary>The body of GET before the deletion; empty unless <see cref="Action"/> is <see cref="TwinAction.Delete"/>, and where an
    /// earlier version wrote it.</summary>
    public ReadOnlySpan<byte> Document { get; }

    /// <summary>When the journal took it; strictly ascending within a shard.</summary>
    public Timestamp ServerTime { get; }

    /// <summary>Source time of cells that bring none of their own.</summary>
    public Timestamp Source { get; }

    public CellEnumerator GetEnumerator() => new(_cells, Source);

    /// <summary>Walks the cells in their order.</summary>
    public ref struct CellEnumerator
    {
        private readonly Timestamp _source;
        private WireCursor _cursor;

        internal CellEnumerator(WireCursor cursor, Timestamp source)
        {
            _cursor = cursor;
            _source = source;
        }

        public ChangedCell Current { get; private set; }

        public bool MoveNext()
        {
            while (_cursor.Next())
            {
                if (_cursor.Tag == WireTag.Bytes(7))
                {
                    Current = new ChangedCell(_cursor.Bytes(), _source);
                    return true;
                }
                _cursor.Skip();
            }
            return false;
        }
    }
}
