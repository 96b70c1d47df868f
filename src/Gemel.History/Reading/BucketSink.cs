namespace Gemel.History;

/// <summary>Gathers samples and stretches of held values, given in the order of buckets, into buckets.</summary>
internal sealed class BucketSink(BucketPeriod every, BucketFunctions functions, int limit, bool isDescending)
{
    private readonly List<HistoryBucket> _done = [];
    private Timestamp _start;
    private Timestamp _end;
    private long _count;
    private long _numbers;
    private CompensatedSum _sum;
    private CompensatedSum _weighted;
    private double _weight;
    private double _min;
    private double _max;
    private HistoryValue _earliest;
    private HistoryValue _latest;
    private double _latestNumber;

    /// <summary>Buckets with samples, in order, at most as many as the limit says.</summary>
    public IReadOnlyList<HistoryBucket> Done => _done;

    /// <summary>There is a further bucket beyond the limit.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Counts a sample.</summary>
    public void Count(Timestamp time, HistoryValue value)
    {
        MoveTo(time);
        if (_count++ == 0)
        {
            (_earliest, _latest) = (value, value);
        }
        (_earliest, _latest) = isDescending ? (value, _latest) : (_earliest, value);
        if (value.IsNumeric)
        {
            CountNumber(value.Number);
        }
    }

    /// <summary>Lays the value over the buckets from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    /// <param name="value">Null where no counted number held.</param>
    public void Hold(double? value, Timestamp from, Timestamp to)
    {
        if (value is not { } number || from >= to || !functions.HasFlag(BucketFunctions.TimeWeighted))
        {
            return;
        }
        // Buckets without samples are left out: of a stretch only those at its two ends can have some.
        Timestamp first = every.StartOf(from);
        Timestamp last = every.StartOf(new Timestamp(to.Ticks - 1));
        Lay(number, isDescending ? last : first, from, to);
        if (first != last)
        {
            Lay(number, isDescending ? first : last, from, to);
        }
    }

    /// <summary>Ends the last bucket.</summary>
    public void End() => Emit();

    private void Lay(double value, Timestamp start, Timestamp from, Timestamp to)
    {
        MoveTo(start);
        long ticks = Math.Min(to.Ticks, _end.Ticks) - Math.Max(from.Ticks, _start.Ticks);
        _weighted.AddProduct(value, ticks);
        _weight += ticks;
    }

    private void CountNumber(double number)
    {
        (_min, _max) = _numbers == 0 ? (number, number) : (Math.Min(_min, number), Math.Max(_max, number));
        _latestNumber = _numbers == 0 || !isDescending ? number : _latestNumber;
        _sum.Add(number);
        _numbers++;
    }

    private void MoveTo(Timestamp time)
    {
        if (time >= _start && time < _end)
        {
            return;
        }
        Emit();
        _start = every.StartOf(time);
        _end = every.Next(_start);
    }

    private void Emit()
    {
        if (_count > 0)
        {
            HasMore = _done.Count == limit;
            if (!HasMore)
            {
                _done.Add(Bucket());
            }
        }
        (_count, _numbers, _weight) = (0, 0, 0);
        (_sum, _weighted) = (default, default);
    }

    private HistoryBucket Bucket() => new(
        _start, _count,
        Wanted(BucketFunctions.Mean, _sum.Value / _numbers),
        Wanted(BucketFunctions.TimeWeighted, _weight > 0 ? _weighted.Value / _weight : _latestNumber),
        Wanted(BucketFunctions.Min, _min),
        Wanted(BucketFunctions.Max, _max),
        Wanted(BucketFunctions.Sum, _sum.Value),
        functions.HasFlag(BucketFunctions.First) ? _earliest : null,
        functions.HasFlag(BucketFunctions.Last) ? _latest : null);

    // A sum beyond the range of doubles is no number either.
    private double? Wanted(BucketFunctions function, double value) =>
        functions.HasFlag(function) && _numbers > 0 && double.IsFinite(value) ? value : null;
}
