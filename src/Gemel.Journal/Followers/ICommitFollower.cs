namespace Gemel.Journal;

/// <summary>Makes something from the commits, in their order: history, streams, checkpoints.</summary>
/// <remarks>Calls never overlap. After a crash commits behind the last saved position come again: a follower that must count each
/// exactly once stores its position together with what it makes, and starts its loop from there.</remarks>
public interface ICommitFollower
{
    /// <summary>Stable; 1 to 64 characters of a–z 0–9 - . beginning with a letter.</summary>
    string Name { get; }

    /// <summary>Takes consecutive commits, at least one.</summary>
    /// <param name="records">The list and its payloads are valid until the returned task ends.</param>
    /// <remarks>An exception means that none of them was taken: the same commits come again after a pause.</remarks>
    ValueTask ApplyAsync(IReadOnlyList<CommitRecord> records, CancellationToken cancellationToken);

    /// <summary>The commits <paramref name="from"/> to <paramref name="to"/>, both included, were trimmed before this follower saw them.</summary>
    /// <remarks>An exception means the same as for <see cref="ApplyAsync"/>.</remarks>
    ValueTask OnGapAsync(long from, long to, CancellationToken cancellationToken);
}
