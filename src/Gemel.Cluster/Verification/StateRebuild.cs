using Gemel.Graph;
using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary>Makes the state of a folder at rest as a start does, its repairs included, without a change on the disk.</summary>
internal static class StateRebuild
{
    /// <returns>Twins after the last commit.</returns>
    /// <exception cref="GemelException">What a start would refuse.</exception>
    public static long Run(DataFolderReader folder, Guid instance, CancellationToken cancellationToken)
    {
        OverlayFiles files = new(DiskFiles.Instance);
        using CommitLog log = CommitLog.Open(files, folder.Journal, instance, CommitLogOptions.Default);
        CheckpointStore checkpoints = CheckpointStore.Open(files, folder.Checkpoints, instance);
        RecoveredState state = new Recovery(new InstanceOptions(), TimeProvider.System).Run(log, checkpoints, cancellationToken);
        long twins = 0;
        foreach (Shard shard in state.Shards.All)
        {
            lock (shard.Gate)
            {
                twins += shard.Directory.Count;
                shard.Dispose();
            }
        }
        return twins;
    }
}
