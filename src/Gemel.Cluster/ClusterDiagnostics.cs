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

    private static readonly Histogram<double> CommitTime = Meter.CreateHistogram<double>("gemel.commit.duration", "s", "Append and sync of one commit.");

    private static readonly Histogram<long> CommitSize = Meter.CreateHistogram<long>("gemel.commit.size", "By", "Payload of one commit.");

    public static void Committed(long payloadBytes, TimeSpan appendTime)
    {
        Commits.Add(1);
        CommitTime.Record(appendTime.TotalSeconds);
        CommitSize.Record(payloadBytes);
    }
}
