namespace Gemel.Cluster;

/// <summary>Answers queries over the twins at one commit.</summary>
public interface IQueryService
{
    /// <param name="text">Null where a continuation is given.</param>
    /// <param name="continuation">From the page before; it names the query, its commit and its place.</param>
    /// <param name="maxItems">Rows on the page; null: the server's default.</param>
    ValueTask<Outcome<QueryPage>> ExecuteAsync(string? text, string? continuation, int? maxItems, CancellationToken cancellationToken);
}

/// <param name="RowsJson">A JSON array of rows.</param>
/// <param name="Continuation">Null on the last page.</param>
/// <param name="Charge">Grows with rows read and returned.</param>
public sealed record QueryPage(ReadOnlyMemory<byte> RowsJson, int RowCount, string? Continuation, double Charge);
