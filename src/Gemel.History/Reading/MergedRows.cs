namespace Gemel.History;

/// <summary>The rows of one path from all places in the direction of the read, one per source time: of several the one
/// of the latest commit not after the one asked for.</summary>
internal sealed class MergedRows
{
    private readonly PriorityQueue<RowSource, long> _sources = new();
    private readonly long _asOf;
    private readonly bool _isDescending;
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
            bool found = false;
            while (OpenTop() && _sources.Peek().Key == key)
            {
                found |= Consider(_sources.Peek(), found);
                Advance();
            }
            if (found)
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

    private bool Consider(RowSource source, bool hasWinner)
    {
        long commit = source.Batch.Commit[source.Row];
        // Of equal commits the one that came last: ascending, that is the later seen, descending, the earlier.
        bool wins = commit <= _asOf && (!hasWinner || commit > Batch.Commit[Row] || (commit == Batch.Commit[Row] && !_isDescending));
        if (wins)
        {
            (Batch, Row) = (source.Batch, source.Row);
            if (source.IsLastOfBatch)
            {
                HoldWinner();
            }
        }
        return wins;
    }

    // Going on in the source refills its batch: the winner is copied out before.
    private void HoldWinner()
    {
        _held.Clear();
        _held.CopyFrom(Batch, Row, 1);
        (Batch, Row) = (_held, 0);
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
