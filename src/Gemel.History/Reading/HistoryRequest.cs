namespace Gemel.History;

/// <summary>Which part of history to read.</summary>
public sealed record HistoryRequest
{
    /// <summary>The lives whose series are joined in time order: usually all lives under one twin id.</summary>
    public required IReadOnlyList<TwinKey> Twins { get; init; }

    /// <summary>Paths, each answered by one series in this order; an unknown one gives an empty series.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>First source time, inclusive.</summary>
    public required Timestamp From { get; init; }

    /// <summary>Last source time, exclusive.</summary>
    public required Timestamp To { get; init; }

    /// <summary>Most points per path, at least 1; the boundary point is not counted.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>Newest first.</summary>
    public bool IsDescending { get; init; }

    /// <summary>Take points of every quality; otherwise only good ones. In buckets: count uncertain values too; bad ones
    /// never count.</summary>
    public bool IncludesAll { get; init; }

    /// <summary>Add the point that held at <see cref="From"/>: the last one before it, where none lies on it.</summary>
    public bool HasBoundary { get; init; }

    /// <summary>Read as history was at this commit; null reads all that is visible.</summary>
    public long? AsOfCommit { get; init; }

    /// <summary>For a further page: by path, the time of the last point read (<see cref="HistorySeries.Next"/>). Null reads
    /// from the start; a path that is missing in it is not read again.</summary>
    public IReadOnlyDictionary<string, Timestamp>? After { get; init; }

    /// <summary>Null leaves values in the units they were stored under.</summary>
    public UnitConversion? Conversion { get; init; }
}
