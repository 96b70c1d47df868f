using System.Collections.Immutable;
using Gemel.Cluster;
using BucketPeriod = Gemel.History.BucketPeriod;
using Gemel.Http.Requests;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Native;

/// <summary>What a client asks of a twin's history.</summary>
/// <param name="Every">Length of a bucket; null for raw points.</param>
/// <param name="Columns">What is computed over each bucket, in the order asked; empty for raw points.</param>
internal sealed record AskedHistory(HistoryQuery Query, BucketPeriod? Every, ImmutableArray<BucketColumn> Columns)
{
    /// <param name="usualLimit">Points per path where the client names no limit.</param>
    /// <param name="mostLimit">Points per path that a page holds at most.</param>
    /// <exception cref="GemelException">GMW010 for any parameter; GMH008 for the period; GMW009, GMA001 for the id.</exception>
    public static AskedHistory Read(HttpContext context, int usualLimit, int mostLimit)
    {
        HttpRequest request = context.Request;
        (Timestamp from, Timestamp to) = (request.Time("from"), request.Time("to"));
        if (!from.IsNone && !to.IsNone && to < from)
        {
            throw QueryParameters.Invalid("to", request.Text("to")!, "not before 'from'");
        }
        HistoryQuery query = new(
            PathIds.Twin(context),
            ReadPaths(request),
            from,
            to,
            request.Count("limit", usualLimit, mostLimit),
            Descending: request.Choice("order", "asc", "desc") == "desc",
            IncludeAll: request.Choice("include", "good", "all") == "all",
            BoundaryPrevious: request.Choice("boundary", "none", "previous") == "previous",
            Continuation: request.Text("continuationToken"));
        BucketPeriod? every = request.Text("every") is { } period ? BucketPeriod.Parse(period).Value : null;
        if (every is null && request.Text("functions") is { } functions)
        {
            throw QueryParameters.Invalid("functions", functions, "left out where 'every' is");
        }
        return new AskedHistory(query, every, every is null ? [] : BucketColumn.Read(request.Text("functions") ?? "mean"));
    }

    private static ImmutableArray<string> ReadPaths(HttpRequest request)
    {
        return [.. (request.Text("paths") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
    }
}
