using System.Collections.Immutable;
using Gemel.History;
using Gemel.Http.Requests;

namespace Gemel.Http.Native;

/// <summary>One function over buckets: its name in requests and answers, and where its value lies.</summary>
/// <param name="Function">The flag that asks for it.</param>
/// <param name="Number">Its value where it is a number; null where it has none, and for first and last.</param>
/// <param name="Value">Its value where it is a sample; null for the others.</param>
internal sealed record BucketColumn(string Name, BucketFunctions Function, Func<HistoryBucket, double?> Number, Func<HistoryBucket, HistoryValue?> Value)
{
    private static readonly ImmutableArray<BucketColumn> All =
    [
        Of("mean", BucketFunctions.Mean, b => b.Mean),
        Of("twa", BucketFunctions.TimeWeighted, b => b.TimeWeighted),
        Of("min", BucketFunctions.Min, b => b.Min),
        Of("max", BucketFunctions.Max, b => b.Max),
        Of("sum", BucketFunctions.Sum, b => b.Sum),
        Of("count", BucketFunctions.Count, b => b.Count),
        new("first", BucketFunctions.First, _ => null, b => b.First),
        new("last", BucketFunctions.Last, _ => null, b => b.Last),
    ];

    /// <summary>Reads a list of names divided by commas; one named twice counts once.</summary>
    /// <exception cref="GemelException">GMW010.</exception>
    public static ImmutableArray<BucketColumn> Read(string names)
    {
        return [.. names.Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase).Select(n => Find(n, names))];
    }

    public static BucketFunctions Together(ImmutableArray<BucketColumn> columns) => columns.Aggregate(BucketFunctions.None, (all, c) => all | c.Function);

    private static BucketColumn Find(string name, string names)
    {
        return All.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw QueryParameters.Invalid("functions", names, $"a list of {string.Join(", ", All.Select(c => c.Name))}");
    }

    private static BucketColumn Of(string name, BucketFunctions function, Func<HistoryBucket, double?> number) => new(name, function, number, _ => null);
}
