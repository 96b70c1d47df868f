using System.Diagnostics;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>What one sender tried, in order, and when: the values 0, 1, 2, … of one twin.</summary>
/// <remarks>Threading: begun by one sender, acknowledged from any thread, read after both have ended.</remarks>
internal sealed class Attempts(string twin)
{
    private readonly List<(long Sent, long Acknowledged)> _times = [];

    public string Twin { get; } = twin;

    public int Count
    {
        get
        {
            lock (_times)
            {
                return _times.Count;
            }
        }
    }

    /// <returns>The next value, sent from now on.</returns>
    public int Begin()
    {
        lock (_times)
        {
            _times.Add((Stopwatch.GetTimestamp(), long.MaxValue));
            return _times.Count - 1;
        }
    }

    public void Acknowledge(int value)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_times)
        {
            _times[value] = (_times[value].Sent, now);
        }
    }

    /// <summary>The values whose sender held the acknowledgement at a time.</summary>
    public IEnumerable<int> AcknowledgedAt(long time) => Enumerable.Range(0, _times.Count).Where(value => _times[value].Acknowledged <= time);

    /// <summary>Whether the value had been sent at a time.</summary>
    public bool IsAttemptedAt(int value, long time) => value >= 0 && value < _times.Count && _times[value].Sent <= time;
}
