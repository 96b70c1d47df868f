namespace Gemel.History;

/// <summary>The rows of one path from all places in the direction of the read, one per source time: of several the one
/// of the latest commit not after the one asked for, or the first of those that it only repeats.</summary>
/// <remarks>So a read gives the same before and after sealing, which leaves repetitions out.</remarks>
internal sealed class MergedRows
{
    private readonly PriorityQueue<RowSource, long> _sources = new();
    private readonly long _asOf;
    private readonly bool _isDescending;
    // The row found, where its source has gone on to another batch, or all rows of its time, where there are several.
    private readonly RowBatch _held = new();

    public MergedRows(IEnumerable<RowSource> sources, bool isDescending, long asOf)
    {
        (_isDescending, _asOf) = (isDescending, asOf);
        foreach (RowSource source in sources)
        {
            _sources.Enqueue(source, source.Key);
        }
    }

    /// <summary>The batch and row that <see cref="MoveNext"/> found; valid until its next call.</summary>
    public RowBatch Batch { get; private set; } = new();

    public int Row { get; private set; }

    public bool MoveNext()
    {
        while (OpenTop())
        {
            long key = _sources.Peek().Key;
            int found = 0;
            while (_sources.TryPeek(out RowSource? source, out _) && source.Key == key)
            {
                if (source.IsOpen && IsVisible(source))
                {
                    Take(source, found++);
                }
                if (found > 0 && source.Batch == Batch && source.IsLastOfBatch)
                {
                    Hold(Batch, Row);
                }
                Advance();
            }
            if (found > 1)
            {
                Row = LatestHeld();
            }
            if (found > 0)
            {
                return true;
            }
        }
        return false;
    }

    // An unopened source at the top stands at its bound: only its first row tells its place.
    private bool OpenTop()
    {
        while (_sources.TryPeek(out RowSource? top, out _))
        {
            if (top.IsOpen)
            {
                return true;
            }
            Advance();
        }
        return false;
    }

    private bool IsVisible(RowSource source) => source.Batch.Commit[source.Row] <= _asOf;

    // A single row, the usual case, stays where it is, unless going on in the source would take it away.
    private void Take(RowSource source, int found)
    {
        if (found == 0)
        {
            (Batch, Row) = (source.Batch, source.Row);
        }
        else
        {
            if (Batch != _held)
            {
                Hold(Batch, Row);
            }
            _held.CopyFrom(source.Batch, source.Row, 1);
        }
    }

    private void Hold(RowBatch batch, int row)
    {
        _held.Clear();
        _held.CopyFrom(batch, row, 1);
        (Batch, Row) = (_held, 0);
    }

    // Rows of one commit come from one source, in order of arrival, or in the reverse of it.
    private int LatestHeld()
    {
        IEnumerable<int> arrived = Enumerable.Range(0, _held.Count);
        int latest = -1;
        foreach (int row in (_isDescending ? arrived.Reverse() : arrived).OrderBy(row => _held.Commit[row]))
        {
            bool repeats = latest >= 0 && _held.SameKey(row, _held, latest) && _held.SameValue(row, _held, latest);
            latest = repeats ? latest : row;
        }
        return latest;
    }

    private void Advance()
    {
        RowSource top = _sources.Peek();
        if (!top.MoveNext())
        {
            _sources.Dequeue();
        }
        else
        {
            _sources.DequeueEnqueue(top, top.Key);
        }
    }
}
