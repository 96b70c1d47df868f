namespace Gemel.Graph;

/// <summary>One change of one twin within a commit: the header before it, and which cells it wrote.</summary>
internal struct UndoEntry
{
    public Twin Twin;
    public long Commit;
    /// <summary>The twin's entry before this one; -1 or below the log's start where there is none.</summary>
    public long Previous;
    public long FirstCell;
    public int CellCount;
    public uint Version;
    public long LastCommit;
    public long LastUpdate;
}

/// <summary>One cell as it was before a change.</summary>
internal struct UndoCell
{
    /// <summary>Set in <see cref="Column"/> where the record is of the written source time, which <see cref="Bits"/> holds.</summary>
    public const ushort WrittenSourceMark = 0x8000;

    public byte[]? Text;
    public long Bits;
    public CellTimes Times;
    public ushort Column;
    public ushort Reason;
    public CellBits Flags;
}

internal enum LifecycleKind : byte
{
    /// <summary>A form of a twin began.</summary>
    TwinBegan,
    /// <summary>A form of a twin ended.</summary>
    TwinEnded,
    /// <summary>A version of a relationship was put at its twin (source or target).</summary>
    RelationshipPut,
    /// <summary>A relationship was removed at its twin (source or target).</summary>
    RelationshipRemoved,
}

/// <summary>A beginning or an end within a commit, to be taken back on rollback and made final on release.</summary>
internal struct LifecycleRecord
{
    public long Commit;
    public LifecycleKind Kind;
    public Twin Twin;
    public RelationshipRecord? Relationship;
}

/// <summary>Where the logs stood when a commit was sealed.</summary>
internal readonly record struct UndoMark(long Commit, long Entries, long Cells, long Lifecycle);
