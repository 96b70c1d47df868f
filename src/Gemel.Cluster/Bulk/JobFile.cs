using System.Text.Json;
using Gemel.Journal;

namespace Gemel.Cluster;

/// <summary><c>DIR/jobs.json</c>: what is known of jobs, replaced as a whole at each change.</summary>
internal sealed class JobFile(IJournalFiles files, string path, Guid instance)
{
    private const int Format = 1;
    private const string Jobs = "jobs";

    private static readonly SealedDocument Document = new("jobs", Format);

    /// <exception cref="GemelException">The file is damaged, from a newer version, or another instance's.</exception>
    public IReadOnlyList<JobView> Read()
    {
        if (!files.FileExists(path))
        {
            return [];
        }
        using JsonDocument document = Document.Read(files, path, instance);
        return [.. document.RootElement.GetProperty(Jobs).EnumerateArray().Select(kept => kept.Deserialize<KeptJob>()!.ToView())];
    }

    /// <summary>Renames the file, so that the next one is written anew.</summary>
    /// <returns>Where it is now.</returns>
    public string SetAside()
    {
        string aside = path + ".damaged";
        files.Rename(path, aside);
        return aside;
    }

    /// <exception cref="IOException">The disk refused; the former file is still there.</exception>
    public void Write(IReadOnlyList<JobView> jobs) => Document.Write(files, path, instance, json =>
    {
        json.WritePropertyName(Jobs);
        JsonSerializer.Serialize(json, jobs.Select(KeptJob.Of));
    });

    private sealed record KeptJob(
        JobKind Kind, string Id, string? Input, string? Output, JobStatus Status, long Created, long LastAction, long? Finished, long Purge,
        JobCounts Counts, IReadOnlyList<KeptError> Errors)
    {
        public static KeptJob Of(JobView job) => new(
            job.Kind, job.Id, job.Input, job.Output, job.Status, job.Created.Ticks, job.LastAction.Ticks, job.Finished?.Ticks, job.Purge.Ticks,
            job.Counts, [.. job.Errors.Select(KeptError.Of)]);

        public JobView ToView() => new(
            Kind, Id, Input, Output, Status, new Timestamp(Created), new Timestamp(LastAction), Finished is { } finished ? new Timestamp(finished) : null,
            new Timestamp(Purge), Counts, [.. Errors.Select(error => error.ToError())]);
    }

    private sealed record KeptError(string Code, int Status, string Azure, string Message, int? Line)
    {
        public static KeptError Of(GemelError error) => new(error.Code.Code, error.Code.Status, error.Code.AzureCode, error.Message, error.Position?.Line);

        public GemelError ToError()
        {
            GemelError error = new ErrorCode(Code, Status, IsRetryable: false, Cause: "{0}", Action: "", Azure).With(Message);
            return Line is { } line ? error.At(new TextPosition(null, line, 1)) : error;
        }
    }
}
