using System.Buffers;
using Gemel.Graph;
using Gemel.Modeling;
using Gemel.Query.Binding;
using Gemel.Query.Execution;
using Gemel.Query.Syntax;

namespace Gemel.Query;

/// <summary>Answers queries over the twins of some shards at one commit.</summary>
/// <remarks>
/// Use: <see cref="Prepare"/> once per text, <see cref="Execute"/> once per page. It never blocks a writer for longer than the copy of one chunk.
/// Threading: safe for concurrent callers; buffers are kept for the next one.
/// </remarks>
public sealed class QueryEngine
{
    private readonly BatchPool _batches = new();

    /// <summary>Parses and checks a query.</summary>
    /// <param name="models">Only for <see cref="PreparedQuery.Hints"/>: a query outlives the models it was prepared with.</param>
    /// <returns>The query, or every error found, in the order of the text.</returns>
    public Outcome<PreparedQuery> Prepare(string text, ModelSet models)
    {
        DiagnosticList diagnostics = new(text);
        QuerySyntax? syntax = Parser.ParseQuery(text, diagnostics);
        BoundQuery? bound = syntax is null ? null : QueryBinder.Bind(syntax, diagnostics);
        return diagnostics.IsEmpty && bound is not null
            ? new PreparedQuery(text, bound, Hints.Find(bound, text, models))
            : Outcome<PreparedQuery>.Failure(diagnostics.ToList());
    }

    /// <summary>Writes one page of rows.</summary>
    /// <param name="shards">All shards, in an order that stays the same from page to page; the caller has pinned the commit.</param>
    /// <param name="from">As the page before said; null for the first one.</param>
    /// <param name="rows">Takes one JSON array, <c>[]</c> where there are no rows.</param>
    /// <exception cref="OperationCanceledException">Between two chunks; what <paramref name="rows"/> holds is of no use then.</exception>
    public QueryRun Execute(
        PreparedQuery query, IReadOnlyList<Shard> shards, QueryMoment moment, QueryPosition? from, QueryLimits limits,
        IBufferWriter<byte> rows, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.Rows, 1);
        RowBatch batch = _batches.Rent();
        try
        {
            PageWriter page = new(rows, limits, query.Bound.Top, from?.Returned ?? 0);
            return new QueryExecution(query, shards, moment, page, batch, cancellationToken).Run(from ?? QueryPosition.Start);
        }
        finally
        {
            _batches.Return(batch);
        }
    }
}
