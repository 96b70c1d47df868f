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
    private readonly TwinKeyMap<TwinSeries> _twins = new();
    private readonly ReasonNames _reasons = new();

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
                await store.EndCommitAsync(cancellationToken).ConfigureAwait(false);
            }
            backPressure.Taken(record.Commit, record.Payload.Length);
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
        TwinSeries twin = SeriesOf(change);
        if (change.Action != TwinAction.Update)
        {
            store.Append(Lifecycle.Of(change, twin.Id, twin.Schema.Model));
        }
        foreach (ChangedCell cell in change)
        {
            Append(cell, change.ServerTime, twin);
        }
        if (change.Action == TwinAction.Delete)
        {
            _twins.Remove(change.Key);
            names.Gone(change.Key, new NamedTwin(twin.Id, twin.Schema.Model, twin.Schema));
        }
    }

    private void Append(in ChangedCell cell, Timestamp serverTime, TwinSeries twin)
    {
        Column column = twin.Schema.Columns[cell.Column];
        bool isCleared = (cell.Flags & CellFlags.Cleared) != 0;
        bool atServerTime = cell.Source.IsNone || (cell.Flags & CellFlags.Written) != 0;
        store.Append(new Sample
        {
            Series = twin.SeriesOf(column, store.Series),
            SourceTime = atServerTime ? serverTime : cell.Source,
            ServerTime = serverTime,
            Kind = cell.HasValue ? column.Kind : ValueKind.None,
            Bits = cell.Bits,
            Text = column.Kind == ValueKind.Enum && cell.HasValue ? twin.EnumText(column, cell.Bits) : cell.Text,
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

    private TwinSeries SeriesOf(in TwinChange change)
    {
        if (_twins.TryGetValue(change.Key, out TwinSeries? known) && known.Schema.Id == change.SchemaId)
        {
            return known;
        }
        if (!catalog().Models.TryGetSchema(change.SchemaId, out TwinSchema? schema))
        {
            throw new GemelException(ClusterErrors.ForeignCommit.With(change.ServerTime, $"it names the schema {change.SchemaId}, which no model has"));
        }
        TwinId id = known?.Id
            ?? (change.IdUtf8.IsEmpty ? names.Find(change.Key)?.Id : TwinId.Create(Encoding.UTF8.GetString(change.IdUtf8)))
            ?? throw new GemelException(ClusterErrors.ForeignCommit.With(change.ServerTime, $"it names the twin {change.Key}, which was never created"));
        TwinSeries series = new(id, change.Key, schema);
        _twins.Set(change.Key, series);
        return series;
    }

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
