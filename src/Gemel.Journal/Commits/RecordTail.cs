namespace Gemel.Journal;

/// <summary>The newest records, in memory, bounded by bytes: readers at the head never touch files.</summary>
/// <remarks>Threading: safe for concurrent callers. Invariant: the records held are consecutive.</remarks>
internal sealed class RecordTail(long maxBytes) : IDisposable
{
    private readonly Lock _gate = new();
    private RecordBuffer[] _ring = new RecordBuffer[256];
    private int _head;
    private int _count;
    private long _first;
    private long _bytes;

    /// <summary>Takes over the caller's hold on <paramref name="record"/>, which follows the newest one.</summary>
    public void Add(RecordBuffer record)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                _first = record.Commit;
            }
            if (_count == _ring.Length)
            {
                Grow();
            }
            _ring[(_head + _count++) & (_ring.Length - 1)] = record;
            _bytes += record.Length;
            while (_bytes > maxBytes && _count > 1)
            {
                DropOldest();
            }
        }
    }

    /// <summary>Adds holds on consecutive records from <paramref name="commit"/> on to <paramref name="into"/>; the caller releases them.</summary>
    /// <returns>False when the first of them is not here any more; nothing is added.</returns>
    public bool TryTake(long commit, long last, int maxRecords, long maxBytesTaken, List<RecordBuffer> into)
    {
        lock (_gate)
        {
            if (_count == 0 || commit < _first || commit >= _first + _count)
            {
                return false;
            }
            long taken = 0;
            for (long next = commit; next <= last && next < _first + _count && into.Count < maxRecords; next++)
            {
                RecordBuffer record = _ring[(_head + (int)(next - _first)) & (_ring.Length - 1)];
                taken += record.Length;
                if (taken > maxBytesTaken && into.Count > 0)
                {
                    break;
                }
                record.Hold();
                into.Add(record);
            }
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            while (_count > 0)
            {
                DropOldest();
            }
        }
    }

    private void DropOldest()
    {
        RecordBuffer oldest = _ring[_head];
        _ring[_head] = null!;
        _head = (_head + 1) & (_ring.Length - 1);
        _count--;
        _first++;
        _bytes -= oldest.Length;
        oldest.Release();
    }

    private void Grow()
    {
        var larger = new RecordBuffer[_ring.Length * 2];
        for (int i = 0; i < _count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }
        (_ring, _head) = (larger, 0);
    }
}
