using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Gemel.Cluster;

/// <summary>Metrics and traces of the cluster: meter and activity source <c>Gemel.Cluster</c>.</summary>
internal static class ClusterDiagnostics
{
    public const string Name = "Gemel.Cluster";

    public static readonly ActivitySource Activities = new(Name);

    public static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Commits = Meter.CreateCounter<long>("gemel.commits", "{commit}", "Durable commits.");

    private static readonly Histogram<double> CommitTime = CreateDuration("gemel.commit.duration", "Append and sync of one commit.");

    private static readonly Histogram<long> CommitSize = Meter.CreateHistogram(
        "gemel.commit.size", "By", "Payload of one commit.", tags: null,
        new InstrumentAdvice<long> { HistogramBucketBoundaries = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24] });

    /// <param name="description">Of what is measured in seconds: from what one fsync takes to what nobody waits for.</param>
    public static Histogram<double> CreateDuration(string name, string description) => Meter.CreateHistogram(
        name, "s", description, tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    public static void Committed(long payloadBytes, TimeSpan appendTime)
    {
        Commits.Add(1);
        CommitTime.Record(appendTime.TotalSeconds);
        CommitSize.Record(payloadBytes);
    }
}
