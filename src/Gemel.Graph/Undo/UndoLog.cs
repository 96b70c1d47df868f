namespace Gemel.Graph;

/// <summary>What is needed to see earlier commits and to take later ones back: old headers and cells, linked per twin from
/// the newest to the oldest, and the beginnings and ends of twins and relationships.</summary>
/// <remarks>
/// Idea (decision 0005): values are written in place; whoever reads at an earlier commit copies what is there and then puts
/// the old cells of later commits over it. Entries are dropped in commit order once a commit is durable, by moving the log's start: links below it are dead by
/// comparison, no twin has to be visited. What an older snapshot still needs of them goes to <see cref="RowImages"/> first.
/// </remarks>
internal sealed class UndoLog
{
    private readonly Queue<UndoMark> _marks = [];

    // Where lifecycle records of released commits end; a pinned commit may keep some of them.
    private long _lifecycleReleased;

    public SegmentedLog<UndoEntry> Entries { get; } = new();

    public SegmentedLog<UndoCell> Cells { get; } = new();

    public SegmentedLog<LifecycleRecord> Lifecycle { get; } = new();

    /// <summary>Notes that all records so far belong to commits up to <paramref name="commit"/>.</summary>
    public void Mark(long commit) => _marks.Enqueue(new UndoMark(commit, Entries.End, Cells.End, Lifecycle.End));

    /// <summary>Where the records of commits up to <paramref name="commit"/> end.</summary>
    public UndoMark EndOf(long commit)
    {
        var end = new UndoMark(commit, Entries.Start, Cells.Start, _lifecycleReleased);
        foreach (UndoMark mark in _marks)
        {
            if (mark.Commit > commit)
            {
                break;
            }
            end = mark;
        }
        return end;
    }

    /// <param name="lifecycleFinal">Lifecycle records before it are final too.</param>
    public void Release(in UndoMark end, long lifecycleFinal)
    {
        _lifecycleReleased = end.Lifecycle;
        while (_marks.TryPeek(out UndoMark mark) && mark.Commit <= end.Commit)
        {
            _marks.Dequeue();
        }
        Entries.TrimTo(end.Entries);
        Cells.TrimTo(end.Cells);
        Lifecycle.TrimTo(lifecycleFinal);
    }

    public void Truncate(in UndoMark end)
    {
        UndoMark[] kept = [.. _marks];
        _marks.Clear();
        foreach (UndoMark mark in kept)
        {
            if (mark.Commit <= end.Commit)
            {
                _marks.Enqueue(mark);
            }
        }
        Entries.Truncate(end.Entries);
        Cells.Truncate(end.Cells);
        Lifecycle.Truncate(end.Lifecycle);
    }

    public void AddLifecycle(long commit, LifecycleKind kind, Twin twin, RelationshipRecord? relationship)
    {
        ref LifecycleRecord record = ref Lifecycle.Add();
        record.Commit = commit;
        record.Kind = kind;
        record.Twin = twin;
        record.Relationship = relationship;
    }
}
