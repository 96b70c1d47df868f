using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Gemel.History;

/// <summary>What belongs to the store: everything up to <see cref="Commit"/>, and nothing else.</summary>
/// <param name="Commit">All commits up to here are in the files.</param>
/// <param name="NextFile">Number of the next file; numbers are never used twice.</param>
/// <param name="SeriesCount">Series in the first <paramref name="SeriesBytes"/> bytes of the series file.</param>
internal sealed record Manifest(
    long Commit, long NextFile, int SeriesCount, long SeriesBytes, ImmutableArray<SampleFile> Samples, ImmutableArray<LifecycleFile> Lifecycle)
{
    public static readonly Manifest Empty = new(0, 1, 0, 0, [], []);

    [JsonIgnore]
    public IEnumerable<IStoredFile> Files => [.. Samples, .. Lifecycle];
}
