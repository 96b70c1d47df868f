namespace Gemel.Journal;

/// <summary>Copies of the journal while it is written.</summary>
public sealed partial class CommitLog
{
    // Commits from which on nothing may be trimmed; guarded by _state.
    private readonly List<long> _holds = [];

    /// <summary>Keeps trims from removing <paramref name="commit"/> and what follows, until the answer is disposed.</summary>
    public IDisposable Hold(long commit)
    {
        lock (_state)
        {
            _holds.Add(commit);
        }
        return new HeldCommit(this, commit);
    }

    /// <summary>The files with all commits from <paramref name="from"/> to the last durable one; hold <paramref name="from"/> for as long as they are read.</summary>
    /// <exception cref="GemelException">GMJ030, it was trimmed.</exception>
    public JournalCapture Capture(long from)
    {
        lock (_state)
        {
            ThrowIfTrimmed(from);
            // The record of the last commit has to be there in any case: the witness names its hash.
            long needed = Math.Min(from, _last);
            Segment[] all = [.. _segments.Where(segment => segment.First <= _last)];
            int start = Math.Max(0, Array.FindLastIndex(all, segment => segment.First <= needed));
            CapturedSegment[] files = [.. all[start..].Select(segment => segment == _segments[^1]
                ? new CapturedSegment(segment.Path, _activeBytes, IsClosed: false)
                : new CapturedSegment(segment.Path, segment.Bytes, IsClosed: true))];
            long first = files.Length == 0 ? _last + 1 : all[start].First;
            return new JournalCapture(first, _last, _lastTime, files, Witness.Render(_instance, new WitnessedState(first, _last, _lastHash)));
        }
    }

    private long OldestHeld()
    {
        lock (_state)
        {
            return _holds.Count == 0 ? long.MaxValue : _holds.Min();
        }
    }

    private sealed class HeldCommit(CommitLog log, long commit) : IDisposable
    {
        private bool _isReleased;

        public void Dispose()
        {
            lock (log._state)
            {
                if (!_isReleased)
                {
                    _isReleased = true;
                    log._holds.Remove(commit);
                }
            }
        }
    }
}
