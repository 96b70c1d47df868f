using System.Diagnostics.Metrics;
using Gemel.History;

namespace Gemel.Cluster;

/// <summary>What is asked of a running instance at each scrape.</summary>
internal static class InstanceGauges
{
    /// <returns>The meter they belong to; disposed with the instance, which they would keep alive.</returns>
    public static Meter Observe(RunningInstance instance, InstanceParts parts, BackPressure backPressure)
    {
        Meter meter = new(ClusterDiagnostics.Name);
        meter.CreateObservableGauge("gemel.commit.durable", () => parts.Durable.Commit, "{commit}", "The newest durable commit.");
        meter.CreateObservableGauge("gemel.twins", () => instance.Twins.Count, "{twin}", "Twins.");
        meter.CreateObservableGauge("gemel.snapshot.size", () => parts.State.Shards.SnapshotBytes, "By", "Bytes of rows kept as they were for queries read page by page and for the checkpoint being written.");
        meter.CreateObservableGauge("gemel.journal.size", () => parts.Log.Bytes, "By", "Bytes of the journal's files.");
        meter.CreateObservableGauge("gemel.history.waiting", () => backPressure.WaitingBytes, "By", "Committed bytes that history has not taken yet.");
        meter.CreateObservableGauge("gemel.history.rows", () => Rows(parts.History.Figures), "{row}", "Samples that history holds, in memory and in files.");
        meter.CreateObservableGauge("gemel.history.hot.rows", () => parts.History.Figures.HotRows, "{row}", "Samples in memory, not yet in files.");
        meter.CreateObservableGauge("gemel.history.files", () => parts.History.Figures.SampleFiles, "{file}", "Parquet files of samples.");
        meter.CreateObservableGauge("gemel.disk.free", () => instance.Disk.Free, "By", "Bytes free on the disk of the data folder.");
        meter.CreateObservableGauge("gemel.ingest.refusing", () => instance.Disk.Refusal is null ? 0 : 1, "1", "1 while device data is refused because the disk is nearly full.");
        meter.CreateObservableGauge("gemel.backups.open", () => instance.Backups.Count, "{backup}", "Backups that keep their files on the disk.");
        meter.CreateObservableGauge("gemel.devices.connected", () => parts.Presence.ConnectedDevices, "{device}", "Devices with an open session.");
        meter.CreateObservableGauge("gemel.devices.skew", () => parts.Presence.LargestSkew.TotalSeconds, "s", "The largest clock skew of a device, either way.");
        meter.CreateObservableCounter("gemel.rejections", () => parts.Rejections.Total, "{message}", "Messages of which something was not taken.");
        meter.CreateObservableGauge("gemel.readonly", () => instance.Committer.Failure is null ? 0 : 1, "1", "1 while the journal cannot be written.");
        meter.CreateObservableGauge(
            "gemel.shard.batches",
            () => instance.Ingest.BatchesInFlight.Select((count, shard) => new Measurement<int>(count, new KeyValuePair<string, object?>("shard", shard))),
            "{batch}", "Batches of a shard on their way to a durable commit.");
        meter.CreateObservableGauge(
            "gemel.follower.lag",
            () => instance.Followers.Select(f => new Measurement<long>(f.LagCommits, new KeyValuePair<string, object?>("follower", f.Name))),
            "{commit}", "Durable commits that a follower has not taken yet.");
        meter.CreateObservableGauge(
            "gemel.follower.failing",
            () => instance.Followers.Select(f => new Measurement<int>(f.Failure is null ? 0 : 1, new KeyValuePair<string, object?>("follower", f.Name))),
            "1", "1 while a follower fails and is tried again.");
        return meter;
    }

    private static long Rows(HistoryFigures figures) => figures.HotRows + figures.FileRows;
}
