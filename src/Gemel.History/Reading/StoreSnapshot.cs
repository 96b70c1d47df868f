using System.Collections.Immutable;

namespace Gemel.History;

/// <summary>One consistent view of the store up to a commit, held until disposal.</summary>
internal sealed class StoreSnapshot(ImmutableArray<HotView> tables, StoreVersion version, long commit, Action release) : IDisposable
{
    /// <summary>Tables in memory in order of commits: sealed ones, then the open one.</summary>
    public ImmutableArray<HotView> Tables { get; } = tables;

    public ImmutableArray<SampleFile> Samples => version.Samples;

    public ImmutableArray<LifecycleFile> Lifecycle => version.Lifecycle;

    public long Commit { get; } = commit;

    public void Dispose() => release();
}
