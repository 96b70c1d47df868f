using System.Collections.Immutable;
using Gemel.Cluster;
using Gemel.Http.Requests;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Native;

/// <summary>What a client asks of a twin's history.</summary>
/// <param name="Every">Length of a bucket; null for raw points.</param>
/// <param name="Functions">What is computed over each bucket, in the order asked.</param>
internal sealed record HistoryRequest(HistoryQuery Query, TimeSpan? Every, ImmutableArray<BucketFunction> Functions)
{
    private const string FunctionRule = "a list of mean, twa, min, max, sum, count, first, last";

    /// <param name="usualLimit">Points per path where the client names no limit.</param>
    /// <param name="mostLimit">Points per path that a page holds at most.</param>
    /// <exception cref="GemelException">GMW010 for any parameter; GMW009, GMA001 for the id.</exception>
    public static HistoryRequest Read(HttpContext context, int usualLimit, int mostLimit)
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
        TimeSpan? every = request.Duration("every");
        if (every is null && request.Text("functions") is { } functions)
        {
            throw QueryParameters.Invalid("functions", functions, "left out where 'every' is");
        }
        return new HistoryRequest(query, every, every is null ? [] : ReadFunctions(request));
    }

    private static ImmutableArray<string> ReadPaths(HttpRequest request)
    {
        return [.. (request.Text("paths") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
    }

    private static ImmutableArray<BucketFunction> ReadFunctions(HttpRequest request)
    {
        string text = request.Text("functions") ?? "mean";
        ImmutableArray<BucketFunction>.Builder functions = ImmutableArray.CreateBuilder<BucketFunction>();
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            bool known = Enum.TryParse(name, ignoreCase: true, out BucketFunction function) && name.All(char.IsAsciiLetter);
            if (!known)
            {
                throw QueryParameters.Invalid("functions", text, FunctionRule);
            }
            if (!functions.Contains(function))
            {
                functions.Add(function);
            }
        }
        return functions.ToImmutable();
    }
}
