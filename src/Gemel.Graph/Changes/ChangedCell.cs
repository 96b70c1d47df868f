namespace Gemel.Graph;

/// <summary>One cell of a <see cref="TwinChange"/>.</summary>
public readonly ref struct ChangedCell
{
    internal ChangedCell(ReadOnlySpan<byte> message, Timestamp objectSource)
    {
        var cursor = new WireCursor(message);
        Source = objectSource;
        while (cursor.Next())
        {
            switch (cursor.Tag)
            {
                case 1 << 3: Column = (int)cursor.Varint(); break;
                case 2 << 3 | 1: Bits = cursor.Fixed64(); break;
                case 3 << 3 | 2: Text = cursor.Bytes(); break;
                case 4 << 3: Quality = (Quality)cursor.Varint(); break;
                case 5 << 3 | 2: ReasonUtf8 = cursor.Bytes(); break;
                case 6 << 3 | 1: Source = new Timestamp(cursor.Fixed64()); break;
                case 7 << 3: Flags = (CellFlags)cursor.Varint(); break;
                case 8 << 3 | 1: Claimed = new Timestamp(cursor.Fixed64()); break;
                default: cursor.Skip(); break;
            }
        }
        if ((Flags & CellFlags.NoSource) != 0)
        {
            Source = Timestamp.None;
        }
    }

    /// <summary>Column number within the change's schema.</summary>
    public int Column { get; }

    /// <summary>The value of kinds held in 64 bits; 0 for the others.</summary>
    public long Bits { get; }

    /// <summary>The value of Text and Json in UTF-8; empty for the others.</summary>
    public ReadOnlySpan<byte> Text { get; }

    public Quality Quality { get; }

    /// <summary>Empty where none is given.</summary>
    public ReadOnlySpan<byte> ReasonUtf8 { get; }

    /// <summary>Source time; none where there is none or it was not believed: server time stands in.</summary>
    public Timestamp Source { get; }

    /// <summary>A source time that was not believed.</summary>
    public Timestamp Claimed { get; }

    public CellFlags Flags { get; }

    /// <summary>False where the sample brought no value or the property was removed.</summary>
    public bool HasValue => (Flags & (CellFlags.NoValue | CellFlags.Cleared)) == 0;

    /// <summary>False where it goes to history only.</summary>
    public bool SetsState => (Flags & CellFlags.Late) == 0;
}
