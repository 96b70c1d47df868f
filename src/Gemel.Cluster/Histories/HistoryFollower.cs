using System.Text;
using Gemel.Cluster.Wire;
using Gemel.Graph;
using Gemel.History;
using Gemel.Journal;
using Gemel.Modeling;
using Microsoft.Extensions.Logging;

namespace Gemel.Cluster;

/// <summary>Brings each commit into history: samples of all values, and the life of twins, relationships and models.</summary>
/// <remarks>The store keeps its own position; commits that it already holds are passed over, so each counts exactly once.</remarks>
internal sealed class HistoryFollower(HistoryStore store, Func<Catalog> catalog, TwinNames names, BackPressure backPressure, ILogger logger) : ICommitFollower
{
    private const int Unknown = -1;

    private readonly Dictionary<int, SchemaSeries> _schemas = [];
    // Twins whose schema has no columns have no series that would name them.
    private readonly Dictionary<TwinKey, TwinId> _withoutSeries = [];
    private SchemaSeries? _last;
    private readonly ReasonNames _reasons = new();
    // What the store took beyond its bound; counts as waiting until there is room, so that ingest stays held back.
    private (long Commit, long Bytes) _beyond;

    public string Name => "history";

    public async ValueTask ApplyAsync(IReadOnlyList<CommitRecord> records, CancellationToken cancellationToken)
    {
        try
        {
            await TakeAsync(records, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The loop tries again, for ever if need be; somebody should hear of it.
            Log.HistoryFailed(logger, records[0].Commit, records[^1].Commit, failure);
            throw;
        }
    }

    private async ValueTask TakeAsync(IReadOnlyList<CommitRecord> records, CancellationToken cancellationToken)
    {
        foreach (CommitRecord record in records)
        {
            if (store.BeginCommit(record.Commit))
            {
                AppendOrAbort(record);
                _beyond = (record.Commit, _beyond.Bytes + record.Payload.Length);
                if (!await store.EndCommitAsync(cancellationToken).ConfigureAwait(false))
                {
                    continue;
                }
            }
            else if (record.Commit > _beyond.Commit)
            {
                _beyond = (record.Commit, _beyond.Bytes + record.Payload.Length);
            }
            backPressure.Taken(_beyond.Commit, _beyond.Bytes);
            _beyond = (_beyond.Commit, 0);
        }
    }

    public ValueTask OnGapAsync(long from, long to, CancellationToken cancellationToken) =>
        throw new GemelException(ClusterErrors.ForeignCommit.With(from, $"history ends before it, and the journal begins behind {to}"));

    // All of a commit or nothing: it comes again, and no row of it may be there twice.
    private void AppendOrAbort(CommitRecord record)
    {
        try
        {
            Append(record);
        }
        catch
        {
            store.AbortCommit();
            throw;
        }
    }

    private void Append(CommitRecord record)
    {
        ChangeReader reader = new(record.Payload.Span);
        while (reader.NextGroup())
        {
            if (!reader.Catalog.IsEmpty)
            {
                AppendModels(CatalogChange.Parser.ParseFrom(reader.Catalog), reader.GroupTime);
            }
            while (reader.NextChange())
            {
                if (reader.Kind == ChangeKind.Twin)
                {
                    Append(reader.Twin);
                }
                else if (reader.Kind == ChangeKind.Relationship)
                {
                    Append(reader.Relationship);
                }
            }
        }
    }

    private void Append(in TwinChange change)
    {
        SchemaSeries schema = SchemaOf(change);
        if (change.Action != TwinAction.Update)
        {
            AppendLifecycle(change, schema);
        }
        SeriesId first = new(Unknown);
        foreach (ChangedCell cell in change)
        {
            first = first.Value == Unknown ? SeriesOf(change, schema) : first;
            Append(cell, change.ServerTime, schema, first);
        }
    }

    private void AppendLifecycle(in TwinChange change, SchemaSeries schema)
    {
        TwinId id = IdOf(change);
        store.Append(Lifecycle.Of(change, id, schema.Schema.Model));
        if (change.Action == TwinAction.Delete)
        {
            _withoutSeries.Remove(change.Key);
            names.Gone(change.Key, new NamedTwin(id, schema.Schema.Model, schema.Schema));
        }
        else if (schema.Layout is null)
        {
            _withoutSeries[change.Key] = id;
        }
    }

    private void Append(in ChangedCell cell, Timestamp serverTime, SchemaSeries schema, SeriesId first)
    {
        Column column = schema.Schema.Columns[cell.Column];
        bool isCleared = (cell.Flags & CellFlags.Cleared) != 0;
        bool atServerTime = cell.Source.IsNone || (cell.Flags & CellFlags.Written) != 0;
        store.Append(new Sample
        {
            Series = new SeriesId(first.Value + cell.Column),
            SourceTime = atServerTime ? serverTime : cell.Source,
            ServerTime = serverTime,
            Kind = cell.HasValue ? column.Kind : ValueKind.None,
            Bits = cell.Bits,
            Text = column.Kind == ValueKind.Enum && cell.HasValue ? schema.EnumText(column, cell.Bits) : cell.Text,
            Quality = isCleared ? Quality.Bad : cell.Quality,
            Reason = isCleared ? "removed" : _reasons.Of(cell.ReasonUtf8),
            Flags = FlagsOf(cell, atServerTime),
            ClaimedTime = cell.Claimed,
        });
    }

    private void Append(in RelationshipChange change) => store.Append(Lifecycle.Of(change));

    private void AppendModels(CatalogChange change, Timestamp time)
    {
        foreach (LifecycleRecord record in Lifecycle.Of(change, time))
        {
            store.Append(record);
        }
    }

    /// <summary>The first number of a twin's series; they are given at its first sample.</summary>
    private SeriesId SeriesOf(in TwinChange change, SchemaSeries schema)
    {
        SeriesLayout layout = schema.Layout!;
        return store.Series.TryFind(change.Key, layout, out SeriesId first) ? first : store.Series.Add(change.Key, IdOf(change).Value, layout);
    }

    private SchemaSeries SchemaOf(in TwinChange change)
    {
        if (_last is { } last && last.Schema.Id == change.SchemaId)
        {
            return last;
        }
        if (!_schemas.TryGetValue(change.SchemaId, out SchemaSeries? known))
        {
            if (!catalog().Models.TryGetSchema(change.SchemaId, out TwinSchema? schema))
            {
                throw new GemelException(ClusterErrors.ForeignCommit.With(change.ServerTime, $"it names the schema {change.SchemaId}, which no model has"));
            }
            known = new SchemaSeries(schema, store.Series);
            _schemas.Add(change.SchemaId, known);
        }
        return _last = known;
    }

    private TwinId IdOf(in TwinChange change) =>
        !change.IdUtf8.IsEmpty ? TwinId.Create(Encoding.UTF8.GetString(change.IdUtf8))
        : store.Series.FindId(change.Key) is { } known ? TwinId.Create(known)
        : _withoutSeries.TryGetValue(change.Key, out TwinId id) ? id
        : names.Find(change.Key)?.Id
            ?? throw new GemelException(ClusterErrors.ForeignCommit.With(change.ServerTime, $"it names the twin {change.Key}, which was never created"));

    private static SampleFlags FlagsOf(in ChangedCell cell, bool atServerTime)
    {
        SampleFlags flags = (SampleFlags)(byte)(cell.Flags & (CellFlags.Late | CellFlags.Correction | CellFlags.Backfill));
        if (!cell.Claimed.IsNone)
        {
            flags |= SampleFlags.ClockRefused;
        }
        return atServerTime ? flags | SampleFlags.NoSourceTime : flags;
    }
}
