using System.Buffers;
using System.Globalization;
using Gemel.Graph;
using Gemel.Query;

namespace Gemel.Cluster;

/// <summary>Runs queries at the newest durable commit, and their further pages at the commit of the first one.</summary>
/// <remarks>Queries that must scan take turns, so that one core is left to the rest; look-ups by id never wait.</remarks>
internal sealed class QueryService(ShardSet shards, DurableClock durable, SnapshotPins pins, Func<Catalog> catalog, TimeProvider clock) : IQueryService
{
    private const int DefaultPageRows = 100;
    private const int MostPageRows = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly QueryEngine _engine = new();
    private readonly PreparedQueries _prepared = new();
    private readonly QueryTokens _tokens = new();
    private readonly QuerySessions _sessions = new(pins, clock);
    private readonly SemaphoreSlim _scans = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <inheritdoc/>
    public ValueTask<Outcome<QueryPage>> ExecuteAsync(string? text, string? continuation, int? maxItems, CancellationToken cancellationToken)
    {
        int pageRows = Math.Min(maxItems ?? DefaultPageRows, MostPageRows);
        if (pageRows < 1)
        {
            return new(QueryErrors.BadPageSize.With(pageRows, MostPageRows));
        }
        return !string.IsNullOrEmpty(continuation) ? ContinueAsync(continuation, pageRows, cancellationToken)
            : string.IsNullOrWhiteSpace(text) ? new(QueryErrors.NothingToRun.With())
            : BeginAsync(text, pageRows, cancellationToken);
    }

    private async ValueTask<Outcome<QueryPage>> BeginAsync(string text, int pageRows, CancellationToken cancellationToken)
    {
        Outcome<PreparedQuery> prepared = _prepared.Prepare(_engine, text, catalog().Models);
        if (!prepared.TryGetValue(out PreparedQuery? query))
        {
            return Outcome<QueryPage>.Failure(prepared.Errors);
        }
        (long commit, IDisposable pin) = pins.PinNewest(durable);
        bool isKept = false;
        try
        {
            ArrayBufferWriter<byte> rows = new();
            if (await RunAsync(query, commit, null, pageRows, rows, cancellationToken).ConfigureAwait(false) is not { } run)
            {
                return TookTooLong();
            }
            isKept = run.Next is not null;
            return PageOf(run, rows, isKept ? _sessions.Open(query, commit, pin) : 0);
        }
        finally
        {
            if (!isKept)
            {
                pin.Dispose();
            }
        }
    }

    private async ValueTask<Outcome<QueryPage>> ContinueAsync(string continuation, int pageRows, CancellationToken cancellationToken)
    {
        if (!_tokens.TryRead(continuation, out long session, out QueryPosition from))
        {
            return QueryErrors.BadContinuation.With();
        }
        if (!_sessions.TryUse(session, out PreparedQuery? query, out long commit, out IDisposable? pin))
        {
            return QueryErrors.ContinuationExpired.With(string.Create(
                CultureInfo.InvariantCulture,
                $"the last page was read, or the token was not used for {QuerySessions.Lifetime.TotalSeconds} seconds, or more than {QuerySessions.Most} queries are read page by page"));
        }
        using (pin)
        {
            ArrayBufferWriter<byte> rows = new();
            if (await RunAsync(query, commit, from, pageRows, rows, cancellationToken).ConfigureAwait(false) is not { } run)
            {
                return TookTooLong();
            }
            if (run.Next is null)
            {
                _sessions.Close(session);
            }
            return PageOf(run, rows, session);
        }
    }

    /// <returns>Null where it took too long.</returns>
    private async ValueTask<QueryRun?> RunAsync(
        PreparedQuery query, long commit, QueryPosition? from, int pageRows, ArrayBufferWriter<byte> rows, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(Longest, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        bool hasTurn = false;
        try
        {
            if (!query.IsLookUp)
            {
                await _scans.WaitAsync(either.Token).ConfigureAwait(false);
                hasTurn = true;
            }
            QueryMoment moment = new(commit, Timestamp.From(clock.GetUtcNow()), TwinJsonOptions.Current);
            return _engine.Execute(query, shards.All, moment, from, new QueryLimits(pageRows), rows, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (hasTurn)
            {
                _scans.Release();
            }
        }
    }

    private QueryPage PageOf(QueryRun run, ArrayBufferWriter<byte> rows, long session) =>
        new(rows.WrittenMemory, run.Rows, run.Next is { } next ? _tokens.Write(session, next) : null, ChargeOf(run, rows.WrittenCount));

    /// <summary>One unit for the query, one for every 1,000 rows looked at and for every 10 KiB returned.</summary>
    private static double ChargeOf(QueryRun run, int bytes) => Math.Round(1 + (run.Scanned / 1000.0) + (bytes / 10240.0), 2);

    private static GemelError TookTooLong() => QueryErrors.TookTooLong.With(Longest.TotalSeconds);
}
