namespace Gemel.Journal;

/// <summary>A complete checkpoint: the state after one commit.</summary>
/// <param name="Hash">Of that commit's record; give it to <see cref="CommitLog.ReadFrom"/> with the next commit.</param>
/// <param name="Time">Server time of that commit.</param>
/// <param name="Parts">In the order in which they were completed or shared.</param>
public sealed record Checkpoint(long Commit, RecordHash Hash, Timestamp Time, IReadOnlyList<CheckpointPart> Parts)
{
    /// <summary>The part of that name; null when there is none.</summary>
    public CheckpointPart? FindPart(string name) => Parts.FirstOrDefault(part => part.Name == name);
}
