using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gemel.Cluster;

/// <summary>The log of an import job: NDJSON, a line for the beginning and the end of the job and of each section, and for each line that was not taken.</summary>
/// <remarks>As Azure Digital Twins writes it to the output blob; what was refused has <c>line</c>, <c>id</c> and <c>error</c> besides. One caller at a time.
/// A line that cannot be written breaks off the log, not the job, which asks for <see cref="Failure"/> at its end.</remarks>
/// <param name="output">Owned; null writes nothing.</param>
internal sealed class JobLog(Stream? output, string job, TimeProvider clock) : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private bool IsOpen => output is not null && Failure is null;

    /// <summary>Why the log is not whole; null where it is.</summary>
    public string? Failure { get; private set; }

    public void Started() => Status(ImportSection.None, "Started");

    public void Succeeded() => Status(ImportSection.None, "Succeeded");

    public void Section(ImportSection section, bool isOver) => Status(section, isOver ? "Succeeded" : "Started");

    public void Refused(ImportSection section, int line, string id, IReadOnlyList<GemelError> errors) => Write("Error", json =>
    {
        json.WriteString("section", section.ToString());
        json.WriteString("status", "Failed");
        json.WriteNumber("line", line);
        if (id.Length > 0)
        {
            json.WriteString("id", id);
        }
        WriteErrors(json, errors);
    });

    public void Failed(IReadOnlyList<GemelError> errors) => Write("Error", json =>
    {
        json.WriteString("status", "Failed");
        WriteErrors(json, errors);
    });

    public void Cancelled() => Status(ImportSection.None, "Cancelled");

    public void Dispose() => Try(() => output?.Dispose());

    private void Status(ImportSection section, string status) => Write("Info", json =>
    {
        if (section != ImportSection.None)
        {
            json.WriteString("section", section.ToString());
        }
        json.WriteString("status", status);
    });

    private static void WriteErrors(Utf8JsonWriter json, IReadOnlyList<GemelError> errors)
    {
        json.WriteStartArray("errors");
        foreach (GemelError error in errors)
        {
            json.WriteStartObject();
            json.WriteString("code", error.Code.AzureCode);
            json.WriteString("message", error.Message);
            json.WriteString("innerCode", error.Code.Code);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void Write(string type, Action<Utf8JsonWriter> writeDetails)
    {
        if (IsOpen)
        {
            Try(() => WriteLine(output!, type, writeDetails));
        }
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Failure ??= refused.Message;
        }
    }

    private void WriteLine(Stream to, string type, Action<Utf8JsonWriter> writeDetails)
    {
        using (Utf8JsonWriter json = new(to, Options))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", Timestamp.From(clock.GetUtcNow()).ToString());
            json.WriteString("jobId", job);
            json.WriteString("jobType", "Import");
            json.WriteString("logType", type);
            json.WriteStartObject("details");
            writeDetails(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        to.WriteByte((byte)'\n');
        to.Flush();
    }
}
