using System.Text.Json.Serialization;

namespace Gemel.History;

/// <summary>One immutable Parquet file of samples, as the manifest knows it.</summary>
/// <param name="Path">Relative to the history folder, with <c>/</c>.</param>
/// <param name="MinTime">Ticks of the first and last source time within.</param>
/// <param name="MinSeries">Lowest and highest series number within.</param>
/// <param name="Hash">As <see cref="FileHash"/> gives it; empty only before the file is published, or read from a manifest of format 1.</param>
internal sealed record SampleFile(
    string Path, long Rows, long Bytes, long MinTime, long MaxTime, int MinSeries, int MaxSeries, long MinCommit, long MaxCommit, string Hash = "") : IStoredFile
{
    /// <summary>The month its samples belong to, as the folder is named: <c>month=2026-11</c>.</summary>
    [JsonIgnore]
    public string Partition => Path.Split('/')[^2];

    [JsonIgnore]
    public string Content => $"{Rows} samples from {new Timestamp(MinTime)} to {new Timestamp(MaxTime)}, commits {MinCommit} to {MaxCommit}";
}

/// <summary>One immutable Parquet file of lifecycle records, in order of commits.</summary>
internal sealed record LifecycleFile(string Path, long Rows, long Bytes, long MinCommit, long MaxCommit, string Hash = "") : IStoredFile
{
    [JsonIgnore]
    public string Content => $"{Rows} lifecycle records of the commits {MinCommit} to {MaxCommit}";
}

/// <summary>A file that the manifest names.</summary>
internal interface IStoredFile
{
    string Path { get; }

    long Bytes { get; }

    string Hash { get; }

    /// <summary>What is lost with it, for people.</summary>
    string Content { get; }
}
