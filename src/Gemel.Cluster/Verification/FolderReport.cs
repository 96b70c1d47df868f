using Gemel.History;
using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary>What a reading of a whole data folder found.</summary>
/// <param name="Journal">Null where the instance is not known and nothing could be compared with it.</param>
/// <param name="Twins">After the last commit; null unless the state was made anew (deep).</param>
/// <param name="Damage">Every damaged place of every file, and positions that do not agree. Empty: the folder is whole.</param>
/// <param name="Notices">What is no damage and still worth knowing, such as what a crash has left.</param>
public sealed record FolderReport(
    JournalReport? Journal, CheckpointReport? Checkpoint, HistoryReport History, long? Twins, IReadOnlyList<GemelError> Damage, IReadOnlyList<string> Notices)
{
    public bool IsWhole => Damage.Count == 0;
}
