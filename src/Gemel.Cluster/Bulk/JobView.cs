namespace Gemel.Cluster;

public enum JobKind
{
    Import,
    Deletion,
}

/// <summary>As Azure Digital Twins names them.</summary>
public enum JobStatus
{
    NotStarted,
    Running,
    Failed,
    Succeeded,
    Cancelling,
    Cancelled,
}

/// <summary>A job as it is at one moment.</summary>
/// <param name="Input">The file below <c>DIR/imports</c>; null where a client streams, and of deletions.</param>
/// <param name="Purge">When the job will be forgotten.</param>
/// <param name="Errors">Why it failed; empty otherwise. At most <see cref="MostErrors"/>, the first ones.</param>
public sealed record JobView(
    JobKind Kind,
    string Id,
    string? Input,
    string? Output,
    JobStatus Status,
    Timestamp Created,
    Timestamp LastAction,
    Timestamp? Finished,
    Timestamp Purge,
    JobCounts Counts,
    IReadOnlyList<GemelError> Errors)
{
    public const int MostErrors = 100;

    public bool IsOver => Status is JobStatus.Failed or JobStatus.Succeeded or JobStatus.Cancelled;
}

/// <summary>What a job has done so far.</summary>
/// <param name="Failed">Lines, or elements of a deletion, that were not taken.</param>
/// <param name="Bytes">Read so far.</param>
/// <param name="TotalBytes">Length of the input; 0 where it is not known.</param>
public readonly record struct JobCounts(long Models, long Twins, long Relationships, long Failed, long Bytes, long TotalBytes);
