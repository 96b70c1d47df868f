using System.CommandLine;
using System.Text.Json;
using Gemel.Server.Clients;
using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel import</c>: streams a file to the server, or has it import one of its own.</summary>
internal static class ImportCommand
{
    private const string StandardInput = "-";
    private const string Ndjson = "application/x-ndjson";
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private static readonly Argument<string> File = new("FILE") { Description = $"NDJSON with the sections Header, Models, Twins, Relationships; '{StandardInput}' reads standard input." };

    private static readonly Option<bool> OnServer = new("--on-server") { Description = "FILE lies below DIR/imports of the server, which reads it itself. [default: no]" };

    private static readonly Option<string?> Log = new("--log")
    {
        Description = "Log of an import on the server: a file to be made below DIR/imports, a line for each section and each line not taken. [default: none]",
        HelpName = "FILE",
    };

    public static Command Create() =>
        new Command("import", "Imports models, twins and relationships; those that are there are replaced.") { File, OnServer, Log }.WithServer(RunAsync);

    private static async Task<int> RunAsync(ClientCall call, CancellationToken cancellationToken)
    {
        string file = call.Arguments.GetRequiredValue(File);
        JsonElement job = call.Arguments.GetValue(OnServer)
            ? await OnServerAsync(call, file, cancellationToken).ConfigureAwait(false)
            : await StreamAsync(call, file, cancellationToken).ConfigureAwait(false);
        Show(call, job);
        return job.GetProperty("status").GetString() == "succeeded" ? Exit.Ok : Exit.Failed;
    }

    private static async Task<JsonElement> StreamAsync(ClientCall call, string file, CancellationToken cancellationToken)
    {
        Stream content = Open(file);
        await using (content.ConfigureAwait(false))
        {
            Task<JsonElement> sent = call.Server.UploadAsync("api/v1/import", content, Ndjson, cancellationToken);
            long total = content.CanSeek ? content.Length : 0;
            await Progress.WatchAsync(call.Terminal.Console, "Importing", total, sent, () => total == 0 ? 0 : content.Position).ConfigureAwait(false);
            return await sent.ConfigureAwait(false);
        }
    }

    private static async Task<JsonElement> OnServerAsync(ClientCall call, string file, CancellationToken cancellationToken)
    {
        string path = $"jobs/imports/{Guid.NewGuid()}";
        JsonElement job = await call.Server.SendAsync(
            HttpMethod.Put, path, new { inputBlobUri = file, outputBlobUri = call.Arguments.GetValue(Log) }, cancellationToken).ConfigureAwait(false);
        Task ended = Task.Run(async () =>
        {
            while (!IsOver(job))
            {
                await Task.Delay(LookInterval, TimeProvider.System, cancellationToken).ConfigureAwait(false);
                job = await call.Server.GetAsync(path, cancellationToken).ConfigureAwait(false);
            }
        }, cancellationToken);
        await Progress.WatchAsync(call.Terminal.Console, "Importing", Count(job, "totalBytes"), ended, () => Count(job, "bytes")).ConfigureAwait(false);
        await ended.ConfigureAwait(false);
        return job;
    }

    private static Stream Open(string file)
    {
        if (file == StandardInput)
        {
            return Console.OpenStandardInput();
        }
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new GemelException(ServerErrors.FileUnreadable.With(file, refused.Message), refused);
        }
    }

    private static void Show(ClientCall call, JsonElement job)
    {
        if (call.IsJson)
        {
            call.Terminal.WriteJson(job);
            return;
        }
        Table table = Terminal.Table("Status", "Models", "Twins", "Relationships", "Not taken");
        JsonElement progress = job.GetProperty("progress");
        table.AddRow(
            CellText.Of(job, "status"), CellText.Of(progress, "models"), CellText.Of(progress, "twins"), CellText.Of(progress, "relationships"), CellText.Of(progress, "failed"));
        call.Terminal.Console.Write(table);
        if (job.TryGetProperty("error", out JsonElement error))
        {
            foreach (GemelError one in ServerReply.ErrorsOf(error, (int)System.Net.HttpStatusCode.BadRequest))
            {
                call.Terminal.Error.WriteLine(one.Position is { } at ? $"line {at.Line}: {one.Code.Code}: {one.Message}" : $"{one.Code.Code}: {one.Message}");
            }
        }
    }

    private static bool IsOver(JsonElement job) => job.GetProperty("status").GetString() is "failed" or "succeeded" or "cancelled";

    private static long Count(JsonElement job, string name) => job.GetProperty("progress").TryGetProperty(name, out JsonElement count) ? count.GetInt64() : 0;
}
