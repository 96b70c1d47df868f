using System.Runtime.CompilerServices;

namespace Gemel.Server.Replay;

/// <summary>Turns a file into messages, each at its moment.</summary>
/// <param name="open">Opens the file anew for each pass.</param>
internal sealed class ReplaySource(Func<CsvSource> open, RowPlan plan, ReplayOptions options, TimeProvider clock)
{
    // Rows without times are taken as one a second.
    private static readonly TimeSpan UntimedInterval = TimeSpan.FromSeconds(1);

    private readonly List<GemelError> _problems = [];
    private Timestamp _lastStamp;

    /// <summary>Rows taken from the file so far, over all passes.</summary>
    public long Rows { get; private set; }

    /// <summary>Hands over what was left out since the last call.</summary>
    public IReadOnlyList<GemelError> TakeProblems()
    {
        GemelError[] taken = [.. _problems];
        _problems.Clear();
        return taken;
    }

    public async IAsyncEnumerable<ReplayMessage> MessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DateTimeOffset start = clock.GetUtcNow();
        TimeSpan shift = TimeSpan.Zero;
        do
        {
            var span = new RecordedSpan();
            foreach (ReplayRow row in ReadRows())
            {
                span.Add(row.Time, Rows++);
                await WaitUntilAsync(start + ((span.Offset + shift) / options.Speed), cancellationToken).ConfigureAwait(false);
                foreach (ReplayMessage message in RowEncoder.Encode(row, StampOf(row, shift)))
                {
                    yield return message;
                }
            }
            shift += span.Length;
        }
        while (options.Loop && Rows > 0);
    }

    private IEnumerable<ReplayRow> ReadRows()
    {
        using CsvSource source = open();
        foreach (CsvRow row in source.Rows())
        {
            if (plan.Read(row, _problems) is { } read)
            {
                yield return read;
            }
        }
    }

    private async ValueTask WaitUntilAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TimeSpan left = due - clock.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private Timestamp StampOf(ReplayRow row, TimeSpan shift)
    {
        if (options.Times == ReplayTimes.Original)
        {
            return row.Time.IsNone ? row.Time : row.Time.Add(shift);
        }
        // Strictly rising: two rows of one instant would be a value and its correction.
        var now = Timestamp.From(clock.GetUtcNow());
        _lastStamp = now > _lastStamp ? now : _lastStamp.Add(TimeSpan.FromTicks(1));
        return _lastStamp;
    }

    /// <summary>The span of one pass: from the first row to the last, and one interval to the next pass.</summary>
    private sealed class RecordedSpan
    {
        private Timestamp _first;
        private TimeSpan _interval;
        private TimeSpan _longest;
        private long _firstRow = -1;

        /// <summary>Of the present row, from the first; rows without time count a second each.</summary>
        public TimeSpan Offset { get; private set; }

        public TimeSpan Length => _longest + (_interval > TimeSpan.Zero ? _interval : UntimedInterval);

        public void Add(Timestamp time, long row)
        {
            if (_firstRow < 0)
            {
                (_first, _firstRow) = (time, row);
            }
            Offset = time.IsNone ? UntimedInterval * (row - _firstRow) : time - _first;
            _interval = _interval > TimeSpan.Zero ? _interval : Offset;
            _longest = Offset > _longest ? Offset : _longest;
        }
    }
}
