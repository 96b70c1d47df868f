namespace Gemel.History;

/// <summary>One immutable Parquet file of samples, as the manifest knows it.</summary>
/// <param name="Path">Relative to the history folder, with <c>/</c>.</param>
/// <param name="MinTime">Ticks of the first and last source time within.</param>
/// <param name="MinSeries">Lowest and highest series number within.</param>
internal sealed record SampleFile(
    string Path, long Rows, long Bytes, long MinTime, long MaxTime, int MinSeries, int MaxSeries, long MinCommit, long MaxCommit)
{
    /// <summary>The month its samples belong to, as the folder is named: <c>month=2026-11</c>.</summary>
    public string Partition => Path.Split('/')[^2];
}

/// <summary>One immutable Parquet file of lifecycle records, in order of commits.</summary>
internal sealed record LifecycleFile(string Path, long Rows, long Bytes, long MinCommit, long MaxCommit);
