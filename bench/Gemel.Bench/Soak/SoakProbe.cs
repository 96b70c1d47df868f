namespace Gemel.Bench.Soak;

/// <summary>Looks at a server from outside: its process, its folder, its metrics.</summary>
/// <param name="previous">The sample before; null for the first.</param>
internal sealed class SoakProbe(SoakServer server, SoakSample? previous)
{
    public async Task<SoakSample> TakeAsync(TimeSpan time, int process, long acknowledged, CancellationToken cancellationToken)
    {
        MetricsText metrics = await server.Client.MetricsAsync(cancellationToken).ConfigureAwait(false);
        ProcessFigures figures = ProcessFigures.Of(process);
        FolderUsage journal = FolderUsage.Of(Path.Combine(server.Data, "journal"));
        FolderUsage checkpoints = FolderUsage.Of(Path.Combine(server.Data, "checkpoints"));
        FolderUsage history = FolderUsage.Of(Path.Combine(server.Data, "history"));
        FolderUsage other = FolderUsage.Of(server.Data) - journal - checkpoints - history;
        double messages = metrics.Sum("gemel_mqtt_messages_received_total") ?? 0;
        double rate = previous?.Process == process ? (messages - previous.Messages) / (time.TotalSeconds - previous.Time) : messages / server.Uptime.TotalSeconds;
        return new SoakSample(
            time.TotalSeconds, process, server.Uptime.TotalSeconds, figures.Resident, figures.Private, metrics.Sum("dotnet_gc_last_collection_heap_size_bytes") ?? 0,
            figures.Threads, figures.Descriptors, journal.Files, journal.Bytes, checkpoints.Files, checkpoints.Bytes, history.Files, history.Bytes, other.Files, other.Bytes,
            metrics.Sum("gemel_follower_lag", "follower=\"history\"") ?? 0, metrics.Sum("gemel_history_waiting_bytes") ?? 0, metrics.Sum("gemel_follower_lag", "follower=\"checkpoint\"") ?? 0,
            metrics.Sum("gemel_history_rows") ?? 0, metrics.Sum("gemel_commit_durable") ?? 0, messages, rate, server.Recovery.TotalSeconds, acknowledged, figures.ProcessorSeconds);
    }
}
