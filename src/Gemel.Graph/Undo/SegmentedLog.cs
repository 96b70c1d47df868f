using System.Runtime.CompilerServices;

namespace Gemel.Graph;

/// <summary>Records appended at one end and dropped at either: numbered from 0, never renumbered.</summary>
/// <remarks>Segments are reused, so a log whose two ends keep pace allocates nothing.</remarks>
internal sealed class SegmentedLog<T>
    where T : struct
{
    private const int SegmentBits = 11;
    private const int SegmentSize = 1 << SegmentBits;
    private const int MostSpares = 16;

    private readonly Stack<T[]> _spares = [];
    private T[][] _segments = new T[4][];
    private int _segmentCount;
    private long _base;
    private T[] _last = [];
    private int _lastUsed = SegmentSize;

    /// <summary>The oldest record that is kept.</summary>
    public long Start { get; private set; }

    /// <summary>The number that the next record will have.</summary>
    public long End { get; private set; }

    public ref T this[long index]
    {
        get
        {
            long place = index - _base;
            return ref _segments[(int)(place >> SegmentBits)][(int)(place & (SegmentSize - 1))];
        }
    }

    /// <summary>Adds a record, whose content is whatever was there; the caller sets all of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Add()
    {
        if (_lastUsed == SegmentSize)
        {
            AddSegment();
        }
        End++;
        return ref _last[_lastUsed++];
    }

    /// <summary>Drops the records before <paramref name="start"/>.</summary>
    public void TrimTo(long start)
    {
        Start = Math.Max(Start, Math.Min(start, End));
        int gone = (int)Math.Min((Start - _base) >> SegmentBits, Math.Max(_segmentCount - 1, 0));
        for (int i = 0; i < gone; i++)
        {
            Spare(_segments[i]);
        }
        if (gone > 0)
        {
            Array.Copy(_segments, gone, _segments, 0, _segmentCount - gone);
            Array.Clear(_segments, _segmentCount - gone, gone);
            _segmentCount -= gone;
            _base += (long)gone << SegmentBits;
        }
    }

    /// <summary>Drops the records from <paramref name="end"/> on.</summary>
    public void Truncate(long end)
    {
        End = Math.Max(end, Start);
        int needed = (int)((End - _base + SegmentSize - 1) >> SegmentBits);
        while (_segmentCount > needed)
        {
            Spare(_segments[--_segmentCount]);
            _segments[_segmentCount] = null!;
        }
        _last = _segmentCount == 0 ? [] : _segments[_segmentCount - 1];
        _lastUsed = _segmentCount == 0 ? SegmentSize : (int)(End - _base - ((long)(_segmentCount - 1) << SegmentBits));
    }

    private void AddSegment()
    {
        if (_segmentCount == _segments.Length)
        {
            Array.Resize(ref _segments, _segmentCount * 2);
        }
        _last = _spares.TryPop(out T[]? spare) ? spare : new T[SegmentSize];
        _segments[_segmentCount++] = _last;
        _lastUsed = 0;
    }

    private void Spare(T[] segment)
    {
        if (_spares.Count < MostSpares)
        {
            // What the records pointed to must not live on in a spare.
            Array.Clear(segment);
            _spares.Push(segment);
        }
    }
}
