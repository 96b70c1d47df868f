using System.Buffers.Binary;

namespace Gemel.Graph;

/// <summary>Rows as they were at commits that somebody still reads, packed: what is left of undo once its commits are durable.</summary>
/// <remarks>
/// Problem: while a commit is pinned every change would leave undo, without bound, although most of it shows states between two
/// pinned commits, which nobody asks for. Idea: when undo is released, the first change of a twin after a pinned commit leaves
/// the whole row as it was then; further changes find that image and leave nothing. So a pinned commit costs at most each row
/// once more, about 14 bytes a number (decision 0009); commits pinned one after the other behind one that stays pinned add up until that one is let go.
/// An image is of the newest commit pinned when it was made (its tag). A reader at a pinned commit takes the oldest image whose tag
/// is not below it: had the twin changed between the two, there would be an older one. Images go, oldest first, with
/// the last pin that may need them. Positions are never used again, so a twin's link to one that is gone is dead by comparison.
/// Layout: tag, image before of the same twin, last commit, last update (i64 each), version (u32), length of the rest (i32), then by column flags (u8) and, where
/// these are not 0, the value, both times as differences to those of the column before, the rare reason and written time.
/// </remarks>
internal sealed class RowImages
{
    private const int SegmentBits = 18;
    private const int SegmentBytes = 1 << SegmentBits;
    private const int HeaderBytes = (4 * sizeof(long)) + (2 * sizeof(int));

    // The largest cell without its text: flags, value, two times of 10 bytes, length of text, reason, written time.
    private const int MostCellBytes = 64;

    private readonly List<Segment> _segments = [];
    private byte[] _scratch = [];
    private long _firstSegment;
    private int _used = SegmentBytes;

    /// <summary>The oldest position that is kept.</summary>
    public long Start => _firstSegment << SegmentBits;

    /// <summary>Bytes held.</summary>
    public long Bytes { get; private set; }

    /// <summary>The image of a twin that a reader at a commit needs.</summary>
    /// <param name="head">The twin's newest.</param>
    /// <returns>-1 where none is: the twin has not changed between that commit and what the undo log holds.</returns>
    public long Find(long head, long commit)
    {
        long found = -1;
        for (long at = head; at >= Start && TagOf(at) >= commit; at = BinaryPrimitives.ReadInt64LittleEndian(At(at)[sizeof(long)..]))
        {
            found = at;
        }
        return found;
    }

    public TwinHeader HeaderOf(long image)
    {
        ReadOnlySpan<byte> bytes = At(image)[(2 * sizeof(long))..];
        return new TwinHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[(2 * sizeof(long))..]),
            new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..])));
    }

    /// <summary>Gives back the cells of an image.</summary>
    public void Read(long image, TwinTable table, Span<CellState> cells)
    {
        var reader = new ImageReader(At(image)[HeaderBytes..], HeaderOf(image).LastUpdate.Ticks);
        for (int column = 0; column < cells.Length; column++)
        {
            cells[column] = reader.Next(table.IsManaged(column));
        }
    }

    /// <summary>Keeps a row.</summary>
    /// <param name="tag">The pinned commit it was so at.</param>
    /// <param name="previous">The twin's image before this one.</param>
    /// <returns>Where it is kept.</returns>
    public long Keep(long tag, long previous, in TwinHeader header, TwinTable table, ReadOnlySpan<CellState> cells)
    {
        int most = HeaderBytes;
        foreach (ref readonly CellState cell in cells)
        {
            most += MostCellBytes + (cell.Text?.Length ?? 0);
        }
        if (_scratch.Length < most)
        {
            _scratch = new byte[most];
        }
        var writer = new ImageWriter(_scratch.AsSpan(HeaderBytes), header.LastUpdate.Ticks);
        for (int column = 0; column < cells.Length; column++)
        {
            writer.Add(cells[column], table.IsManaged(column));
        }
        Span<byte> image = _scratch.AsSpan(0, HeaderBytes + writer.Length);
        BinaryPrimitives.WriteInt64LittleEndian(image, tag);
        BinaryPrimitives.WriteInt64LittleEndian(image[8..], previous);
        BinaryPrimitives.WriteInt64LittleEndian(image[16..], header.LastCommit);
        BinaryPrimitives.WriteInt64LittleEndian(image[24..], header.LastUpdate.Ticks);
        BinaryPrimitives.WriteUInt32LittleEndian(image[32..], header.Version);
        BinaryPrimitives.WriteInt32LittleEndian(image[36..], writer.Length);
        return Append(image, tag);
    }

    /// <summary>Drops, from the oldest on, what only readers before <paramref name="oldestPinned"/> needed.</summary>
    public void TrimTo(long oldestPinned)
    {
        int gone = 0;
        while (gone < _segments.Count && _segments[gone].NewestTag < oldestPinned)
        {
            Bytes -= _segments[gone].Bytes.Length;
            gone++;
        }
        _segments.RemoveRange(0, gone);
        _firstSegment += gone;
        _used = _segments.Count == 0 ? SegmentBytes : _used;
    }

    private long TagOf(long image) => BinaryPrimitives.ReadInt64LittleEndian(At(image));

    private ReadOnlySpan<byte> At(long image) => _segments[(int)((image >> SegmentBits) - _firstSegment)].Bytes.AsSpan((int)(image & (SegmentBytes - 1)));

    private long Append(ReadOnlySpan<byte> image, long tag)
    {
        if (_used + image.Length > SegmentBytes)
        {
            // A row with long texts gets a segment of its own length.
            byte[] bytes = GC.AllocateUninitializedArray<byte>(Math.Max(SegmentBytes, image.Length));
            _segments.Add(new Segment(bytes));
            Bytes += bytes.Length;
            _used = 0;
        }
        Segment last = _segments[^1];
        image.CopyTo(last.Bytes.AsSpan(_used));
        last.NewestTag = Math.Max(last.NewestTag, tag);
        long place = ((_firstSegment + _segments.Count - 1) << SegmentBits) + _used;
        _used = Math.Min(SegmentBytes, _used + image.Length);
        return place;
    }

    private sealed class Segment(byte[] bytes)
    {
        public byte[] Bytes => bytes;

        public long NewestTag { get; set; } = long.MinValue;
    }
}
