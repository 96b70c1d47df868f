namespace Gemel.Graph;

internal sealed partial class TwinStore
{
    /// <summary>Takes back all commits after <paramref name="durable"/>; the next one is <paramref name="durable"/> + 1.</summary>
    public void Rollback(long durable)
    {
        UndoMark end = Undo.EndOf(durable);
        for (long at = Undo.Entries.End - 1; at >= end.Entries; at--)
        {
            Restore(ref Undo.Entries[at]);
        }
        for (long at = Undo.Lifecycle.End - 1; at >= end.Lifecycle; at--)
        {
            TakeBack(ref Undo.Lifecycle[at]);
        }
        Undo.Truncate(end);
        PendingCommit = durable + 1;
    }

    /// <summary>Makes all commits up to <paramref name="oldestNeeded"/> final; nobody reads before it.</summary>
    public void Release(long oldestNeeded) => Release(oldestNeeded, []);

    /// <summary>Makes all commits up to <paramref name="durable"/> final, but leaves what readers at pinned ones see.</summary>
    /// <param name="pinned">Ascending, none above <paramref name="durable"/>.</param>
    public void Release(long durable, ReadOnlySpan<long> pinned)
    {
        UndoMark end = Undo.EndOf(durable);
        long oldest = pinned.IsEmpty ? durable : pinned[0];
        for (long at = Undo.Entries.Start; at < end.Entries && oldest < durable; at++)
        {
            KeepImage(Undo.Entries[at].Twin, Undo.Entries[at].Commit, pinned);
        }
        long lifecycle = Undo.Lifecycle.Start;
        for (; lifecycle < end.Lifecycle && Undo.Lifecycle[lifecycle].Commit <= oldest; lifecycle++)
        {
            MakeFinal(ref Undo.Lifecycle[lifecycle]);
        }
        Undo.Release(end, lifecycle);
        Images.TrimTo(oldest);
    }

    /// <summary>Before the undo of a change goes: keeps what the twin was at the newest pinned commit before it.</summary>
    private void KeepImage(Twin twin, long changed, ReadOnlySpan<long> pinned)
    {
        int newest = pinned.Length - 1;
        while (newest >= 0 && pinned[newest] >= changed)
        {
            newest--;
        }
        if (newest < 0 || twin.SinceCommit > pinned[newest] || Images.Find(twin.ImageHead, pinned[newest]) >= 0)
        {
            return;
        }
        long tag = pinned[newest];
        TwinHeader header = HeaderAt(twin, tag);
        twin.ImageHead = Images.Keep(tag, twin.ImageHead, header, twin.Table, Cells(twin, tag));
    }

    private void Restore(ref UndoEntry entry)
    {
        Twin twin = entry.Twin;
        Chunk chunk = twin.Table.ChunkOfRow(twin.Row, out int offset);
        for (long at = entry.FirstCell + entry.CellCount - 1; at >= entry.FirstCell; at--)
        {
            Restore(chunk, offset, ref Undo.Cells[at]);
        }
        twin.Version = entry.Version;
        twin.LastCommit = entry.LastCommit;
        twin.LastUpdate = new Timestamp(entry.LastUpdate);
        twin.UndoHead = entry.Previous;
    }

    private static void Restore(Chunk chunk, int offset, ref UndoCell cell)
    {
        if ((cell.Column & UndoCell.WrittenSourceMark) != 0)
        {
            chunk.SetWrittenSource(cell.Column & ~UndoCell.WrittenSourceMark, offset, cell.Bits);
            return;
        }
        int column = cell.Column;
        chunk.Bits(column)[offset] = cell.Bits;
        chunk.Times(column)[offset] = cell.Times;
        chunk.Flags(column)[offset] = cell.Flags;
        if (chunk.Texts(column) is { } texts)
        {
            texts[offset] = cell.Text;
        }
        if ((cell.Flags & CellBits.HasReason) != 0)
        {
            chunk.SetReason(column, offset, cell.Reason);
        }
    }

    private void TakeBack(ref LifecycleRecord record)
    {
        Twin twin = record.Twin;
        switch (record.Kind)
        {
            case LifecycleKind.TwinBegan:
                Directory.Undo(twin);
                twin.EndedCommit = twin.SinceCommit;
                twin.Table.FreeRow(twin.Row);
                break;
            case LifecycleKind.TwinEnded:
                twin.EndedCommit = 0;
                break;
            case LifecycleKind.RelationshipPut:
                TakeBackRelationship(twin, record.Relationship!);
                break;
            case LifecycleKind.RelationshipRemoved:
                record.Relationship!.EndedCommit = 0;
                break;
        }
    }

    private static void TakeBackRelationship(Twin twin, RelationshipRecord version)
    {
        bool outgoing = version.SourceKey == twin.Key;
        if (PreviousAt(twin, version, outgoing) is { } previous)
        {
            twin.Adjacency!.Put(previous, outgoing);
        }
        else
        {
            twin.Adjacency!.Remove(version, outgoing);
        }
    }

    /// <summary>The version before, if this twin held it: a relationship put anew may have had another target.</summary>
    private static RelationshipRecord? PreviousAt(Twin twin, RelationshipRecord version, bool outgoing)
    {
        RelationshipRecord? previous = version.Previous;
        while (!outgoing && previous is not null && previous.TargetKey != twin.Key)
        {
            previous = previous.Previous;
        }
        return previous;
    }

    private void MakeFinal(ref LifecycleRecord record)
    {
        Twin twin = record.Twin;
        switch (record.Kind)
        {
            case LifecycleKind.TwinBegan:
                twin.Previous = null;
                break;
            case LifecycleKind.TwinEnded:
                Directory.Forget(twin);
                twin.Table.FreeRow(twin.Row);
                break;
            case LifecycleKind.RelationshipPut:
                record.Relationship!.Previous = null;
                break;
            case LifecycleKind.RelationshipRemoved:
                twin.Adjacency!.Remove(record.Relationship!, outgoing: record.Relationship!.SourceKey == twin.Key);
                break;
        }
    }
}
