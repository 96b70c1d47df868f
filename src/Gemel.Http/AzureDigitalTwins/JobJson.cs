using System.Text.Json;
using Gemel.Cluster;
using Gemel.Http.Responses;

namespace Gemel.Http.AzureDigitalTwins;

/// <summary>Jobs as Azure Digital Twins shows them, with <c>progress</c> besides.</summary>
internal static class JobJson
{
    public static void Write(Utf8JsonWriter json, JobView job)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, job.Id);
        if (job.Kind == JobKind.Import)
        {
            WriteText(json, "inputBlobUri"u8, job.Input);
            WriteText(json, "outputBlobUri"u8, job.Output);
        }
        json.WriteString("status"u8, NameOf(job.Status));
        json.WriteString("createdDateTime"u8, job.Created.ToString());
        if (job.Kind == JobKind.Import)
        {
            json.WriteString("lastActionDateTime"u8, job.LastAction.ToString());
        }
        if (job.Finished is { } finished)
        {
            json.WriteString("finishedDateTime"u8, finished.ToString());
        }
        json.WriteString("purgeDateTime"u8, job.Purge.ToString());
        WriteProgress(json, job.Counts);
        if (job.Errors.Count > 0)
        {
            ErrorReply.WriteMember(json, job.Errors);
        }
        json.WriteEndObject();
    }

    private static void WriteProgress(Utf8JsonWriter json, JobCounts counts)
    {
        json.WriteStartObject("progress"u8);
        json.WriteNumber("models"u8, counts.Models);
        json.WriteNumber("twins"u8, counts.Twins);
        json.WriteNumber("relationships"u8, counts.Relationships);
        json.WriteNumber("failed"u8, counts.Failed);
        json.WriteNumber("bytes"u8, counts.Bytes);
        if (counts.TotalBytes > 0)
        {
            json.WriteNumber("totalBytes"u8, counts.TotalBytes);
        }
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static string NameOf(JobStatus status) => status switch
    {
        JobStatus.NotStarted => "notstarted",
        JobStatus.Running => "running",
        JobStatus.Failed => "failed",
        JobStatus.Succeeded => "succeeded",
        JobStatus.Cancelling => "cancelling",
        JobStatus.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "The status has no name."),
    };
}
