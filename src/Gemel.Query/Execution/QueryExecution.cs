using System.Buffers;
using Gemel.Graph;
using Gemel.Query.Planning;
using Gemel.Query.Values;

namespace Gemel.Query.Execution;

/// <summary>One page of one query.</summary>
/// <remarks>
/// Rows come in the order shard, table, chunk, row. At a pinned commit that order stands still while twins come, go and change:
/// tables and chunks are only ever added behind the last one, and a row that the commit sees is not given away.
/// A full page goes on to the next row that belongs to the result, so that a position is only ever given where a row follows.
/// </remarks>
internal sealed class QueryExecution(
    PreparedQuery query, IReadOnlyList<Shard> shards, QueryMoment moment, PageWriter page, RowBatch batch, CancellationToken cancellationToken)
{
    private readonly string? _countName = query.Bound.CountName;
    private long _scanned;
    private long _counted;
    private QueryPosition? _next;

    public QueryRun Run(QueryPosition at)
    {
        bool isWhole = query.Access.Kind == AccessKind.Scan ? Scan(at) : LookUp(at);
        if (isWhole && _countName is not null)
        {
            page.WriteCount(_countName, _counted);
        }
        page.End();
        return new QueryRun(page.Rows, _scanned, _next);
    }

    // The methods below return false where the page or the query has ended before its rows have.
    private bool Scan(QueryPosition at)
    {
        for (int number = at.Shard; number < shards.Count; number++)
        {
            ShardSnapshotReader reader = new(shards[number], moment.Commit);
            batch.Begin(shards[number], moment);
            QueryPosition start = number == at.Shard ? at : new QueryPosition(number, 0, 0, 0, 0, 0);
            for (int table = start.Table; table < reader.Tables.Count; table++)
            {
                if (!ScanTable(reader, table == start.Table ? start : start with { Table = table, Chunk = 0, Row = 0, Item = 0 }))
                {
                    return false;
                }
            }
        }
        return true;
    }

    private bool ScanTable(ShardSnapshotReader reader, QueryPosition at)
    {
        TwinTable table = reader.Tables[at.Table];
        TwinPlan? plan = query.Relationships is null ? query.PlanOf(table.Schema) : null;
        if (plan is { IsPruned: true })
        {
            return true;
        }
        for (int chunk = at.Chunk; chunk < table.ChunkCount; chunk++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = reader.ReadChunk(table, chunk, plan?.Columns, batch.Twins);
            QueryPosition start = chunk == at.Chunk ? at : at with { Chunk = chunk, Row = 0, Item = 0 };
            if (!(plan is null ? TakeRelationshipsOf(rows, start) : TakeTwins(plan, rows, start)))
            {
                return false;
            }
        }
        return true;
    }

    private bool TakeTwins(TwinPlan plan, int rows, QueryPosition at)
    {
        RowMask active = RowMask.First(rows).Without(RowMask.First(at.Row));
        _scanned += active.Count;
        RowMask selected = plan.Filter is null ? active : plan.Filter.Evaluate(batch, active).True & active;
        if (_countName is not null)
        {
            _counted += selected.Count;
            return true;
        }
        foreach (int row in selected)
        {
            if (!TryBeginRow(at with { Row = row }))
            {
                return false;
            }
            plan.WriteRow(batch, row, page);
        }
        return true;
    }

    private bool TakeRelationshipsOf(int rows, QueryPosition at)
    {
        for (int row = at.Row; row < rows; row++)
        {
            Twin twin = batch.Twins.Twins[row];
            IReadOnlyList<RelationshipRecord> outgoing;
            lock (shards[at.Shard].Gate)
            {
                outgoing = shards[at.Shard].Outgoing(twin, moment.Commit);
            }
            if (!TakeRelationships(outgoing, row == at.Row ? at : at with { Row = row, Item = 0 }))
            {
                return false;
            }
        }
        return true;
    }

    private bool TakeRelationships(IReadOnlyList<RelationshipRecord> relationships, QueryPosition at)
    {
        RelationshipPlan plan = query.Relationships!;
        for (int first = at.Item; first < relationships.Count; first += RowMask.Rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(relationships.Count - first, RowMask.Rows);
            for (int i = 0; i < count; i++)
            {
                batch.Relationships[i] = relationships[first + i];
            }
            _scanned += count;
            RowMask active = RowMask.First(count);
            RowMask selected = plan.Filter is null ? active : plan.Filter.Evaluate(batch, active).True & active;
            if (!Take(plan, selected, at with { Item = first }))
            {
                return false;
            }
        }
        return true;
    }

    private bool Take(RelationshipPlan plan, RowMask selected, QueryPosition at)
    {
        if (_countName is not null)
        {
            _counted += selected.Count;
            return true;
        }
        foreach (int row in selected)
        {
            if (!TryBeginRow(at with { Item = at.Item + row }))
            {
                return false;
            }
            plan.WriteRow(batch, row, page);
        }
        return true;
    }

    private bool LookUp(QueryPosition at)
    {
        for (int number = at.Chunk; number < query.Access.Ids.Length; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            QueryPosition start = number == at.Chunk ? at : new QueryPosition(0, 0, number, 0, 0, 0);
            if (FindTwin(query.Access.Ids[number]) is var (shard, twin) && !(query.Relationships is null ? TakeTwin(shard, twin, start) : TakeRelationshipsOf(shard, twin, start)))
            {
                return false;
            }
        }
        return true;
    }

    private (Shard Shard, Twin Twin)? FindTwin(string id)
    {
        foreach (Shard shard in shards)
        {
            lock (shard.Gate)
            {
                if (shard.TryFind(id, moment.Commit, out Twin? twin))
                {
                    return (shard, twin);
                }
            }
        }
        return null;
    }

    private bool TakeTwin(Shard shard, Twin twin, QueryPosition at)
    {
        TwinPlan plan = query.PlanOf(twin.Schema);
        batch.Begin(shard, moment);
        new ShardSnapshotReader(shard, moment.Commit).ReadTwin(twin, plan.Columns, batch.Twins);
        return TakeTwins(plan, rows: 1, at);
    }

    private bool TakeRelationshipsOf(Shard shard, Twin twin, QueryPosition at)
    {
        IReadOnlyList<RelationshipRecord> relationships;
        lock (shard.Gate)
        {
            relationships = query.Access.Kind == AccessKind.ByTarget ? shard.Incoming(twin, moment.Commit) : shard.Outgoing(twin, moment.Commit);
        }
        return TakeRelationships(relationships, at);
    }

    /// <summary>Begins a row of the result, or ends the run before it.</summary>
    private bool TryBeginRow(QueryPosition position)
    {
        if (page.IsDone)
        {
            return false;
        }
        if (page.IsFull)
        {
            _next = position with { Returned = page.Returned };
            return false;
        }
        page.BeginRow();
        return true;
    }
}
