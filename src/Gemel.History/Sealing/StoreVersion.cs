using System.Collections.Immutable;

namespace Gemel.History;

/// <summary>One composition of the store: which tables wait, which files count.</summary>
internal sealed class StoreVersion(
    ImmutableArray<SealedTable> waiting, ImmutableArray<SampleFile> samples, ImmutableArray<LifecycleFile> lifecycle)
{
    public ImmutableArray<SealedTable> Waiting { get; } = waiting;

    public ImmutableArray<SampleFile> Samples { get; } = samples;

    public ImmutableArray<LifecycleFile> Lifecycle { get; } = lifecycle;

    /// <summary>Readers that hold this version; guarded by <see cref="StoreVersions"/>' owner's lock.</summary>
    public int Readers { get; set; }

    /// <summary>What to give back once neither this nor an older version is read; may be null.</summary>
    public Action? WhenUnused { get; set; }
}
