using Gemel.Modeling;

namespace Gemel.Graph;

/// <summary>The twins of a shard and their undo: what ingest, writes and replay all work on. Decides nothing.</summary>
internal sealed partial class TwinStore(long pendingCommit) : IDisposable
{
    private readonly Dictionary<int, TwinTable> _tables = [];
    private TwinTable[] _tableList = [];

    public TwinDirectory Directory { get; } = new();

    public ReasonTable Reasons { get; } = new();

    public UndoLog Undo { get; } = new();

    public RowImages Images { get; } = new();

    /// <summary>The commit that changes made now belong to.</summary>
    public long PendingCommit { get; set; } = pendingCommit;

    public IReadOnlyList<TwinTable> Tables => Volatile.Read(ref _tableList);

    public TwinTable TableOf(TwinSchema schema)
    {
        if (!_tables.TryGetValue(schema.Id, out TwinTable? table))
        {
            table = new TwinTable(schema);
            _tables.Add(schema.Id, table);
            Volatile.Write(ref _tableList, [.. _tableList, table]);
        }
        return table;
    }

    /// <summary>Begins a new life.</summary>
    public Twin Create(TwinId id, TwinKey key, TwinSchema schema)
    {
        Twin twin = Begin(id, key, schema, PendingCommit);
        twin.Previous = Directory.Newest(id.Value);
        Directory.Put(twin);
        return twin;
    }

    /// <summary>Ends a form and begins the next one of the same life under another schema; carries over what
    /// <see cref="SchemaCarry"/> says.</summary>
    public Twin ChangeSchema(Twin twin, TwinSchema schema, bool propertiesToo)
    {
        Twin next = Begin(twin.Id, twin.Key, schema, twin.CreatedCommit);
        next.Previous = twin;
        next.Adjacency = twin.Adjacency;
        next.Version = twin.Version;
        next.LastUpdate = twin.LastUpdate;
        next.CommLostSince = twin.CommLostSince;
        SchemaCarry.Copy(twin, next, propertiesToo);
        End(twin);
        Directory.Put(next);
        return next;
    }

    /// <summary>Ends a form.</summary>
    public void End(Twin twin)
    {
        twin.EndedCommit = PendingCommit;
        twin.Table.ChunkOfRow(twin.Row, out _).MaxCommit = PendingCommit;
        Undo.AddLifecycle(PendingCommit, LifecycleKind.TwinEnded, twin, relationship: null);
    }

    /// <summary>Puts a version of a relationship at one of its two twins.</summary>
    public void PutRelationship(Twin twin, RelationshipRecord record, bool outgoing)
    {
        Adjacency adjacency = AdjacencyOf(twin);
        adjacency.Put(record, outgoing);
        Undo.AddLifecycle(PendingCommit, LifecycleKind.RelationshipPut, twin, record);
    }

    /// <summary>Notes at one of its two twins that a relationship was removed.</summary>
    public void RemoveRelationship(Twin twin, RelationshipRecord record)
    {
        record.EndedCommit = PendingCommit;
        Undo.AddLifecycle(PendingCommit, LifecycleKind.RelationshipRemoved, twin, record);
    }

    /// <summary>The twin's header at a commit at which this form was the twin.</summary>
    public TwinHeader HeaderAt(Twin twin, long commit)
    {
        if (twin.LastCommit > commit && Images.Find(twin.ImageHead, commit) is >= 0 and long image)
        {
            return Images.HeaderOf(image);
        }
        var header = new TwinHeader(twin.LastCommit, twin.Version, twin.LastUpdate);
        for (long at = twin.UndoHead; at >= Undo.Entries.Start; at = Undo.Entries[at].Previous)
        {
            ref UndoEntry entry = ref Undo.Entries[at];
            if (entry.Commit <= commit)
            {
                break;
            }
            header = new TwinHeader(entry.LastCommit, entry.Version, new Timestamp(entry.LastUpdate));
        }
        return header;
    }

    public void Dispose()
    {
        foreach (TwinTable table in _tableList)
        {
            table.Dispose();
        }
    }

    /// <summary>Puts a twin back as a checkpoint has it: without undo, with empty cells.</summary>
    public Twin Restore(TwinId id, TwinKey key, TwinTable table, long createdCommit, long sinceCommit, in TwinHeader header)
    {
        Twin twin = Place(id, key, table, createdCommit, sinceCommit);
        twin.LastCommit = header.LastCommit;
        twin.Version = header.Version;
        twin.LastUpdate = header.LastUpdate;
        Directory.Put(twin);
        return twin;
    }

    /// <summary>Puts a relationship back at one of its twins, without undo.</summary>
    public void RestoreRelationship(Twin twin, RelationshipRecord record, bool outgoing) => AdjacencyOf(twin).Put(record, outgoing);

    private Twin Begin(TwinId id, TwinKey key, TwinSchema schema, long createdCommit)
    {
        Twin twin = Place(id, key, TableOf(schema), createdCommit, PendingCommit);
        Undo.AddLifecycle(PendingCommit, LifecycleKind.TwinBegan, twin, relationship: null);
        return twin;
    }

    private static Twin Place(TwinId id, TwinKey key, TwinTable table, long createdCommit, long sinceCommit)
    {
        int row = table.AllocateRow();
        var twin = new Twin(id, key, table, row, createdCommit, sinceCommit) { LastCommit = sinceCommit };
        Chunk chunk = table.ChunkOfRow(row, out int offset);
        chunk.Twins[offset] = twin;
        chunk.MaxCommit = Math.Max(chunk.MaxCommit, sinceCommit);
        return twin;
    }

    private static Adjacency AdjacencyOf(Twin twin) => twin.Adjacency ??= new Adjacency();
}
