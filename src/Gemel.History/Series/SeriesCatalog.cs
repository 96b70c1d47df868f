using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Gemel.History;

/// <summary>All series of a store, by name and by number.</summary>
/// <remarks>
/// Problem: a million twins of ten values have ten million series. Idea: a life of a twin gets the numbers of all names of its
/// layout at once, so what is kept is a block of 24 bytes and the id, however many names there are; a name is known by its
/// place in the layout, a block by its number (binary search: blocks ascend) or by the key of its twin.
/// A life that changes its model gets another block; both may then have a series of the same path and unit, which readers join.
/// Threading: adding is for the store's one writer; everything else for anyone at any time. A series is never removed.
/// </remarks>
public sealed class SeriesCatalog
{
    private const int SegmentBits = 11;
    private const int SegmentSize = 1 << SegmentBits;

    private readonly Dictionary<LayoutKey, SeriesLayout> _layoutsByNames = [];
    private readonly BlockMap _byTwin = new();
    private readonly IdArena _ids = new();

    // Invariant: blocks below _blockCount, and layouts that they name, are set and never change; arrays are replaced to grow.
    private SeriesBlock[][] _segments = [];
    private SeriesLayout[] _layouts = [];
    private int _layoutCount;
    private int _blockCount;
    private int _count;

    internal SeriesCatalog()
    {
    }

    /// <summary>Numbers given so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Makes a new object; whoever walks many of them uses a <see cref="SeriesCursor"/>.</summary>
    public Series this[SeriesId id]
    {
        get
        {
            ref readonly SeriesBlock block = ref BlockAt(FindBlock(id.Value));
            return SeriesOf(block, id.Value - block.First, IdOf(block));
        }
    }

    internal int BlockCount => Volatile.Read(ref _blockCount);

    /// <summary>The layout of these names; the same object whenever they are asked for. By the writer only.</summary>
    /// <param name="names">At least one, no two alike.</param>
    public SeriesLayout LayoutOf(ImmutableArray<SeriesName> names)
    {
        ArgumentOutOfRangeException.ThrowIfZero(names.Length);
        var key = new LayoutKey(names);
        if (!_layoutsByNames.TryGetValue(key, out SeriesLayout? layout))
        {
            layout = new SeriesLayout(names);
            _layoutsByNames.Add(key, layout);
        }
        return layout;
    }

    /// <summary>The first of the numbers that a life of a twin has under a layout.</summary>
    public bool TryFind(TwinKey twin, SeriesLayout layout, out SeriesId first)
    {
        for (int at = _byTwin.Find(twin); at >= 0;)
        {
            ref readonly SeriesBlock block = ref BlockAt(at);
            if (block.Layout == layout.Number)
            {
                first = new SeriesId(block.First);
                return true;
            }
            at = block.Previous;
        }
        first = default;
        return false;
    }

    /// <summary>The id of a life of which there are series; null where there are none.</summary>
    public string? FindId(TwinKey twin) => _byTwin.Find(twin) is >= 0 and int block ? IdOf(BlockAt(block)) : null;

    /// <summary>Gives a life of a twin numbers for all names of a layout.</summary>
    /// <returns>The first of them.</returns>
    /// <exception cref="OverflowException">All two thousand million numbers are given.</exception>
    public SeriesId Add(TwinKey twin, ReadOnlySpan<char> id, SeriesLayout layout)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(id.Length));
        int length = Encoding.UTF8.GetBytes(id, rented);
        SeriesId first = Add(twin, rented.AsSpan(0, length), layout);
        ArrayPool<byte>.Shared.Return(rented);
        return first;
    }

    /// <summary>The series of this name, made as a block of its own where no block of the twin has it.</summary>
    public SeriesId GetOrAdd(TwinKey twin, string twinId, string path, string? unit)
    {
        var name = new SeriesName(path, unit);
        for (int at = _byTwin.Find(twin); at >= 0;)
        {
            ref readonly SeriesBlock block = ref BlockAt(at);
            if (LayoutOf(block).Columns.IndexOf(name) is >= 0 and int column)
            {
                return new SeriesId(block.First + column);
            }
            at = block.Previous;
        }
        return Add(twin, twinId, LayoutOf([name]));
    }

    /// <summary>The series of one life of a twin in order of their numbers; empty where it has none.</summary>
    public IReadOnlyList<Series> Of(TwinKey twin)
    {
        List<Series> series = [];
        for (int at = _byTwin.Find(twin); at >= 0;)
        {
            ref readonly SeriesBlock block = ref BlockAt(at);
            string id = IdOf(block);
            for (int column = LayoutOf(block).Columns.Length - 1; column >= 0; column--)
            {
                series.Add(SeriesOf(block, column, id));
            }
            at = block.Previous;
        }
        series.Reverse();
        return series;
    }

    internal SeriesId Add(TwinKey twin, ReadOnlySpan<byte> idUtf8, SeriesLayout layout)
    {
        int end = checked(_count + layout.Columns.Length);
        int previous = _byTwin.Find(twin);
        int id = previous >= 0 ? BlockAt(previous).Id : _ids.Add(idUtf8);
        var first = new SeriesId(_count);
        PlaceForBlock() = new SeriesBlock(twin, first.Value, NumberOf(layout), id, previous);
        // First the block, then the numbers, then the key: whoever finds a number or a key also finds its block.
        Volatile.Write(ref _blockCount, _blockCount + 1);
        Volatile.Write(ref _count, end);
        _byTwin.Set(twin, _blockCount - 1);
        return first;
    }

    internal ref readonly SeriesBlock BlockAt(int block) => ref Volatile.Read(ref _segments)[block >> SegmentBits][block & (SegmentSize - 1)];

    internal SeriesLayout LayoutOf(in SeriesBlock block) => Volatile.Read(ref _layouts)[block.Layout];

    internal string IdOf(in SeriesBlock block) => _ids.Text(block.Id);

    internal ReadOnlySpan<byte> IdUtf8Of(in SeriesBlock block) => _ids.Utf8(block.Id);

    /// <summary>The number of the block that a series belongs to.</summary>
    internal int FindBlock(int series)
    {
        (int low, int high) = (0, BlockCount - 1);
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            (low, high) = BlockAt(middle).First <= series ? (middle, high) : (low, middle - 1);
        }
        return low;
    }

    internal Series SeriesOf(in SeriesBlock block, int column, string id)
    {
        SeriesName name = LayoutOf(block).Columns[column];
        return new Series(new SeriesId(block.First + column), block.Twin, id, name.Path, name.Unit);
    }

    private ref SeriesBlock PlaceForBlock()
    {
        int segment = _blockCount >> SegmentBits;
        if (segment == _segments.Length || _segments[segment] is null)
        {
            SeriesBlock[][] segments = _segments;
            if (segment == segments.Length)
            {
                Array.Resize(ref segments, Math.Max(4, segments.Length * 2));
            }
            segments[segment] = new SeriesBlock[SegmentSize];
            Volatile.Write(ref _segments, segments);
        }
        return ref _segments[segment][_blockCount & (SegmentSize - 1)];
    }

    private int NumberOf(SeriesLayout layout)
    {
        if (layout.Number == SeriesLayout.Unused)
        {
            SeriesLayout[] layouts = _layouts;
            if (_layoutCount == layouts.Length)
            {
                Array.Resize(ref layouts, Math.Max(4, layouts.Length * 2));
            }
            layouts[_layoutCount] = layout;
            Volatile.Write(ref _layouts, layouts);
            layout.FirstBlock = _blockCount;
            layout.Number = _layoutCount++;
        }
        return layout.Number;
    }

    /// <summary>Names in order, compared one by one.</summary>
    private readonly record struct LayoutKey(ImmutableArray<SeriesName> Names)
    {
        public bool Equals(LayoutKey other) => Names.AsSpan().SequenceEqual(other.Names.AsSpan());

        public override int GetHashCode()
        {
            HashCode hash = default;
            foreach (SeriesName name in Names)
            {
                hash.Add(name);
            }
            return hash.ToHashCode();
        }
    }
}
