namespace Gemel.History;

/// <summary>Rows of one series in one file.</summary>
/// <param name="from">First time, inclusive, in ticks.</param>
/// <param name="to">Last time, exclusive, in ticks.</param>
internal sealed class FileSource(SampleFileReaders readers, SampleFile file, int series, long from, long to, bool isDescending)
    : RowSource(isDescending, isDescending ? Math.Min(file.MaxTime, to - 1) : Math.Max(file.MinTime, from))
{
    // A read with a small limit decodes little beyond what it needs; a long one takes the rest of the row group at once.
    private const int FirstRows = 512;

    private int _groupsDone;
    private (int Group, int Start, int End) _range;
    private bool _isFirstOfRange;

    protected override bool Load(RowBatch batch)
    {
        SampleFileReader reader = readers.Rent(file);
        try
        {
            if (_range.Start == _range.End && !NextRange(reader))
            {
                return false;
            }
            int left = _range.End - _range.Start;
            int count = _isFirstOfRange ? Math.Min(FirstRows, left) : left;
            int start = IsDescending ? _range.End - count : _range.Start;
            (int group, int first, int end) = _range;
            _range = IsDescending ? (group, first, start) : (group, first + count, end);
            _isFirstOfRange = false;
            return SampleFileReaders.Guarded(reader.Path, () =>
            {
                reader.Read(group, start, count, batch);
                return true;
            });
        }
        finally
        {
            readers.Return(reader);
        }
    }

    private bool NextRange(SampleFileReader reader)
    {
        while (_groupsDone < reader.RowGroups.Length)
        {
            int group = IsDescending ? reader.RowGroups.Length - 1 - _groupsDone : _groupsDone;
            _groupsDone++;
            if (MayHold(reader.RowGroups[group]))
            {
                (int start, int end) = FindRows(reader, group);
                _range = (group, start, end);
                _isFirstOfRange = true;
                if (start < end)
                {
                    return true;
                }
            }
        }
        return false;
    }

    private bool MayHold(RowGroup group) =>
        group.MinSeries <= series && series <= group.MaxSeries && group.MinTime < to && group.MaxTime >= from;

    private (int Start, int End) FindRows(SampleFileReader reader, int group)
    {
        (int start, int end) = readers.Runs(reader, group).Find(series);
        if (start == end || (file.MinTime >= from && file.MaxTime < to))
        {
            return (start, end);
        }
        long[] times = SampleFileReaders.Guarded(reader.Path, () => reader.ReadTimes(group, start, end - start));
        return (start + LowerBound(times, from), start + LowerBound(times, to));
    }

    private static int LowerBound(long[] times, long wanted)
    {
        int low = 0;
        int high = times.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = times[middle] < wanted ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}
