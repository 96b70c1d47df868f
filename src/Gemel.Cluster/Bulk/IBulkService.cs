using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>Takes a whole graph in, gives it out, or deletes it: jobs as Azure Digital Twins has them, and streams.</summary>
/// <remarks>One job at a time writes. None is a transaction: what a job wrote before it failed or was cancelled stays, and running it again
/// does the rest, for all its writes are upserts.</remarks>
public interface IBulkService
{
    /// <summary>Begins to import a file below <c>DIR/imports</c>.</summary>
    /// <param name="input">Path relative to that folder.</param>
    /// <param name="output">Path of a file to be made there for the job's log; null keeps none.</param>
    /// <returns>The job as it began; or errors: another is running, the id is taken, the paths are not of that folder.</returns>
    Outcome<JobView> StartImport(string id, string input, string? output, Actor actor);

    /// <summary>Imports what a client sends; the job is listed with the others.</summary>
    /// <param name="content">NDJSON; read to its end unless the import fails.</param>
    /// <returns>The job as it ended (or why it could not begin).</returns>
    Task<Outcome<JobView>> ImportAsync(string id, Stream content, Actor actor, CancellationToken cancellationToken);

    /// <summary>Begins to delete all relationships, twins and models.</summary>
    /// <param name="timeout">The job fails when it takes longer.</param>
    Outcome<JobView> StartDeletion(string id, TimeSpan timeout, Actor actor);

    /// <summary>Jobs in ordinal order of their ids.</summary>
    IReadOnlyList<JobView> List(JobKind kind);

    /// <returns>Null where there is none, or none any more.</returns>
    JobView? Find(JobKind kind, string id);

    /// <summary>Asks a running import to stop; what it wrote stays.</summary>
    Outcome<JobView> Cancel(string id);

    /// <summary>Forgets an import that has ended, so that its id is free.</summary>
    Outcome<JobView> Remove(string id);

    /// <summary>The graph at one commit, as a stream that an import takes.</summary>
    /// <remarks>Dispose it: until then its commit is pinned.</remarks>
    GraphExport OpenExport(BulkSections sections);
}

/// <summary>Parts of an export.</summary>
[Flags]
public enum BulkSections
{
    None = 0,
    Models = 1,
    Twins = 2,
    Relationships = 4,
    All = Models | Twins | Relationships,
}
