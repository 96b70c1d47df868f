using System.Diagnostics.Metrics;
using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>Counts what comes in, once per wave or batch, never per value.</summary>
internal static class IngestMetrics
{
    private static readonly Counter<long> Messages = Create("gemel.ingest.messages", "{message}", "Messages decoded.");
    private static readonly Counter<long> Samples = Create("gemel.ingest.samples", "{sample}", "Samples journaled.");
    private static readonly Counter<long> Late = Create("gemel.ingest.late", "{sample}", "Of these, older than the present value.");
    private static readonly Counter<long> Corrections = Create("gemel.ingest.corrections", "{sample}", "Of these, another value at a known source time.");
    private static readonly Counter<long> Backfill = Create("gemel.ingest.backfill", "{sample}", "Of these, older than the live window.");
    private static readonly Counter<long> Clock = Create("gemel.ingest.clock", "{sample}", "Of these, with a source time that was not believed.");
    private static readonly Counter<long> Repetitions = Create("gemel.ingest.repetitions", "{sample}", "Samples that were known already.");
    private static readonly Counter<long> LeftOut = Create("gemel.ingest.deadband", "{value}", "Values that a deadband left out.");
    private static readonly Counter<long> Rejected = Create("gemel.ingest.rejected", "{value}", "Values and objects refused, by reason.");
    private static readonly Histogram<double> Duration = ClusterDiagnostics.CreateDuration(
        "gemel.ingest.duration", "From sending a wave to its shards to its durable commit.");

    /// <param name="origin">The door.</param>
    /// <param name="leftOut">Values that a deadband left out.</param>
    public static void Decoded(string origin, int messages, int leftOut)
    {
        Messages.Add(messages, new KeyValuePair<string, object?>("origin", origin));
        AddSome(LeftOut, leftOut);
    }

    /// <param name="reason">Code of the error: a bounded set.</param>
    public static void Refused(string reason, int count = 1) => Rejected.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public static void Durable(TimeSpan elapsed) => Duration.Record(elapsed.TotalSeconds);

    public static void Applied(in IngestReceipt receipt)
    {
        Samples.Add(receipt.Taken);
        AddSome(Late, receipt.Late);
        AddSome(Corrections, receipt.Corrections);
        AddSome(Backfill, receipt.Backfill);
        AddSome(Clock, receipt.Clock);
        AddSome(Repetitions, receipt.Repetitions);
    }

    private static void AddSome(Counter<long> counter, int count)
    {
        if (count > 0)
        {
            counter.Add(count);
        }
    }

    private static Counter<long> Create(string name, string unit, string description) => ClusterDiagnostics.Meter.CreateCounter<long>(name, unit, description);
}
