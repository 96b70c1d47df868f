using System.Globalization;

namespace Gemel.Bench.Soak;

/// <summary>The values 0, 1, 2, … of one twin: when each was sent, when it was acknowledged, and what of them was found.</summary>
/// <remarks>Jepsen's total-queue: lost is what was acknowledged and is not there, unexpected what is there and was never sent; here a second
/// time is a failure too. A value is sent once; whether one without acknowledgement is there is not known.
/// Threading: begun by one sender, everything else from any thread.</remarks>
internal sealed class CounterLedger(string twin)
{
    private const int Named = 5;

    private static readonly TimeSpan Tick = TimeSpan.FromTicks(10);

    private readonly List<Attempt> _attempts = [];

    private readonly record struct Attempt(DateTimeOffset Sent, DateTimeOffset Acknowledged, bool Seen);

    public string Twin { get; } = twin;

    public int Count
    {
        get
        {
            lock (_attempts)
            {
                return _attempts.Count;
            }
        }
    }

    public long Acknowledged { get; private set; }

    /// <returns>The next value and the source time it carries: later than that of every value before.</returns>
    public (int Value, DateTimeOffset Time) Begin(DateTimeOffset now)
    {
        lock (_attempts)
        {
            DateTimeOffset time = _attempts.Count > 0 && _attempts[^1].Sent >= now ? _attempts[^1].Sent + Tick : now;
            _attempts.Add(new Attempt(time, DateTimeOffset.MaxValue, Seen: false));
            return (_attempts.Count - 1, time);
        }
    }

    public void Acknowledge(int value, DateTimeOffset now)
    {
        lock (_attempts)
        {
            _attempts[value] = _attempts[value] with { Acknowledged = now };
            Acknowledged++;
        }
    }

    /// <summary>Notes that a stream brought a value.</summary>
    /// <returns>What is wrong with that; null where nothing is.</returns>
    public string? See(int value)
    {
        lock (_attempts)
        {
            if (value < 0 || value >= _attempts.Count)
            {
                return Text($"{Twin}: the stream brought {value}, which was never sent");
            }
            bool again = _attempts[value].Seen;
            _attempts[value] = _attempts[value] with { Seen = true };
            return again ? Text($"{Twin}: the stream brought {value} twice") : null;
        }
    }

    /// <summary>What was acknowledged before a moment and never came on the stream.</summary>
    public string? Unseen(DateTimeOffset before)
    {
        lock (_attempts)
        {
            return Report("acknowledged but never on the stream", Enumerable.Range(0, _attempts.Count).Where(v => _attempts[v].Acknowledged < before && !_attempts[v].Seen));
        }
    }

    /// <summary>Compares what a server holds with what was sent.</summary>
    /// <param name="stored">The twin's values of source time <paramref name="from"/> and later, in the order of time.</param>
    /// <param name="acknowledged">Values acknowledged before must be there.</param>
    /// <returns>Everything that is wrong; empty where all is well.</returns>
    public IReadOnlyList<string> Check(IReadOnlyList<int> stored, DateTimeOffset from, DateTimeOffset acknowledged)
    {
        HashSet<int> distinct = [.. stored];
        lock (_attempts)
        {
            string?[] found =
            [
                Report("acknowledged but lost", Enumerable.Range(0, _attempts.Count).Where(v => _attempts[v].Sent >= from && _attempts[v].Acknowledged < acknowledged && !distinct.Contains(v))),
                Report("never sent", stored.Where(v => v < 0 || v >= _attempts.Count)),
                Report("there twice", stored.GroupBy(v => v).Where(g => g.Count() > 1).Select(g => g.Key)),
                Report("out of order", stored.Zip(stored.Skip(1)).Where(pair => pair.First > pair.Second).Select(pair => pair.Second)),
            ];
            return [.. found.OfType<string>()];
        }
    }

    private string? Report(string what, IEnumerable<int> values)
    {
        List<int> all = [.. values];
        return all.Count == 0 ? null : Text($"{Twin}: {all.Count} {what} ({string.Join(", ", all.Take(Named))}…)");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
