namespace Gemel.Graph;

public sealed partial class Shard
{
    /// <summary>Ends recovery: all up to <paramref name="durableCommit"/> is final, and the next commit is the one after.</summary>
    public void CompleteReplay(long durableCommit)
    {
        _store.Undo.Mark(durableCommit);
        Release(durableCommit);
        _store.PendingCommit = durableCommit + 1;
    }

    /// <summary>Makes what is applied from here on part of <paramref name="commit"/>; all before it is final.</summary>
    internal void MoveTo(long commit)
    {
        long before = _store.PendingCommit;
        if (commit > before)
        {
            _store.Undo.Mark(before);
            Release(before);
            _store.PendingCommit = commit;
        }
    }
}
