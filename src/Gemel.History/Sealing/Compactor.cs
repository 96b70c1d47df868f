using System.Collections.Immutable;

namespace Gemel.History;

/// <summary>Merges files of like size into one. Nothing it writes counts before the manifest names it.</summary>
/// <remarks>Size-tiered, as in O'Neil et al., "The log-structured merge-tree", 1996: a file of tier n has about fan-in to
/// the n-th rows; fan-in files of one tier and month become one of the next. A row is thus written once per tier, and
/// files beyond <see cref="HistoryOptions.CompactedRows"/> are left alone.</remarks>
internal sealed class Compactor(StoreFolder folder, SeriesCatalog catalog, FileChecks checks, HistoryOptions options)
{
    /// <returns>Files to merge next; empty where there is nothing to do.</returns>
    public ImmutableArray<SampleFile> Choose(ImmutableArray<SampleFile> files) =>
        Choose(files.Where(file => file.Rows < options.CompactedRows), file => (file.Partition, Tier(file.Rows)), file => file.MinCommit);

    /// <inheritdoc cref="Choose(ImmutableArray{SampleFile})"/>
    public ImmutableArray<LifecycleFile> Choose(ImmutableArray<LifecycleFile> files)
    {
        // Only neighbours: lifecycle files stay disjoint and in order of commits.
        int fanIn = options.CompactionFanIn;
        for (int start = 0; start + fanIn <= files.Length; start++)
        {
            ImmutableArray<LifecycleFile> run = files.Slice(start, fanIn);
            if (run.All(file => file.Rows < options.CompactedRows && Tier(file.Rows) == Tier(run[0].Rows)))
            {
                return run;
            }
        }
        return [];
    }

    public SampleFile Merge(ImmutableArray<SampleFile> files, SampleFileReaders readers, List<string> written)
    {
        foreach (IStoredFile file in files)
        {
            checks.RequireAnew(file);
        }
        string path = folder.NewFile($"{StoreFolder.Samples}/{files[0].Partition}");
        written.Add(path);
        SampleFile merged;
        using (var output = new SampleOutput(folder.Temporary(path), catalog, options.RowGroupRows, new RowGroupMemory()))
        {
            SortedMerge.Run(files, readers, output);
            merged = output.Close(path);
        }
        return merged with { Hash = folder.Publish(path) };
    }

    public LifecycleFile Merge(ImmutableArray<LifecycleFile> files, List<string> written)
    {
        foreach (IStoredFile file in files)
        {
            checks.RequireAnew(file);
        }
        string path = folder.NewFile(StoreFolder.Lifecycle);
        written.Add(path);
        LifecycleFile merged;
        using (var writer = new LifecycleFileWriter(folder.Temporary(path)))
        {
            foreach (LifecycleFile file in files)
            {
                foreach (LifecycleRecord[] group in LifecycleFileReader.RowGroups(folder.Full(file.Path)))
                {
                    writer.Write(group);
                }
            }
            merged = writer.Close(path);
        }
        return merged with { Hash = folder.Publish(path) };
    }

    private ImmutableArray<T> Choose<T, TKey>(IEnumerable<T> files, Func<T, TKey> tier, Func<T, long> age) =>
        [.. files.GroupBy(tier).FirstOrDefault(group => group.Count() >= options.CompactionFanIn)?.OrderBy(age).Take(options.CompactionFanIn) ?? []];

    private int Tier(long rows)
    {
        int tier = 0;
        for (; rows >= options.CompactionFanIn; rows /= options.CompactionFanIn)
        {
            tier++;
        }
        return tier;
    }
}
