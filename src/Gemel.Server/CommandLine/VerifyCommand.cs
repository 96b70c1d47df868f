using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Gemel.Cluster;
using Gemel.Journal;
using Gemel.Server.Serving;
using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel verify</c>: reads a data folder at rest and lists all damage.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<string> Folder = new("DIR")
    {
        Description = $"Data folder that no server uses at the time. [default: {ServeOptions.DefaultData}]",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => ServeOptions.DefaultData,
    };

    private static readonly Option<bool> Deep = new("--deep") { Description = "Decode every row of history, and make the state anew as a start does. [default: no]" };
    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object. [default: no]" };

    public static Command Create()
    {
        Command command = new("verify", "Reads every byte of a data folder and lists all damage; changes nothing.") { Folder, Deep, Json };
        command.SetAction((arguments, cancellationToken) => Exit.RunAsync(
            () => Task.Run(() => Run(arguments, cancellationToken), cancellationToken), arguments.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        Terminal terminal = Terminal.Of(arguments);
        using DataFolderReader folder = DataFolderReader.Open(arguments.GetRequiredValue(Folder));
        bool isJson = arguments.GetValue(Json);
        FolderReport report = Verify(folder, arguments.GetValue(Deep), isJson ? null : terminal.Console, cancellationToken);
        if (isJson)
        {
            terminal.WriteLine(AsJson(folder, report).ToJsonString());
        }
        else
        {
            Show(terminal, folder, report);
        }
        return report.IsWhole ? Exit.Ok : Exit.Failed;
    }

    /// <param name="console">Shows progress where a person watches; null: nowhere.</param>
    private static FolderReport Verify(DataFolderReader folder, bool isDeep, IAnsiConsole? console, CancellationToken cancellationToken)
    {
        if (console?.Profile.Capabilities.Interactive != true)
        {
            return FolderVerifier.Verify(folder, isDeep, _ => { }, cancellationToken);
        }
        return console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new RemainingTimeColumn()).Start(progress =>
        {
            ProgressTask bar = progress.AddTask("Reading", maxValue: Math.Max(1, FolderVerifier.BytesOf(folder)));
            FolderReport report = FolderVerifier.Verify(folder, isDeep, bytes => bar.Increment(bytes), cancellationToken);
            bar.Value = bar.MaxValue;
            return report;
        });
    }

    private static void Show(Terminal terminal, DataFolderReader folder, FolderReport report)
    {
        if (report.Journal is { } journal)
        {
            terminal.WriteLine(journal.Last >= journal.First && journal.First > 0
                ? $"journal     commits {Number(journal.First)} to {Number(journal.Last)} in {Number(journal.Files)} files, {Bytes(journal.Bytes)}"
                : "journal     no commits");
        }
        if (report.Checkpoint is { } checkpoint)
        {
            terminal.WriteLine(checkpoint.Checkpoint is { } state
                ? $"checkpoint  of commit {Number(state.Commit)} in {Number(checkpoint.Files)} files, {Bytes(checkpoint.Bytes)}"
                : "checkpoint  none");
        }
        terminal.WriteLine($"history     up to commit {Number(report.History.Commit ?? 0)}, {Number(report.History.Rows)} samples in {Number(report.History.Files)} files, {Bytes(report.History.Bytes)}");
        if (report.Twins is { } twins)
        {
            terminal.WriteLine($"state       {Number(twins)} twins");
        }
        foreach (string notice in report.Notices)
        {
            terminal.WriteLine($"note: {notice}");
        }
        foreach (GemelError damage in report.Damage)
        {
            terminal.WriteLine($"damaged: {damage}");
        }
        terminal.WriteLine(report.IsWhole ? $"'{folder.Root}' is whole." : $"'{folder.Root}' is damaged in {report.Damage.Count} {(report.Damage.Count == 1 ? "place" : "places")}.");
    }

    private static JsonObject AsJson(DataFolderReader folder, FolderReport report) => new()
    {
        ["folder"] = folder.Root,
        ["instance"] = folder.Instance?.ToString(),
        ["whole"] = report.IsWhole,
        ["journal"] = report.Journal is { } journal
            ? new JsonObject { ["first"] = journal.First, ["last"] = journal.Last, ["acknowledged"] = journal.Witnessed, ["files"] = journal.Files, ["bytes"] = journal.Bytes, ["tornBytes"] = journal.TornBytes }
            : null,
        ["checkpoint"] = report.Checkpoint?.Checkpoint is { } checkpoint
            ? new JsonObject { ["commit"] = checkpoint.Commit, ["files"] = report.Checkpoint.Files, ["bytes"] = report.Checkpoint.Bytes }
            : null,
        ["history"] = new JsonObject { ["commit"] = report.History.Commit, ["samples"] = report.History.Rows, ["files"] = report.History.Files, ["bytes"] = report.History.Bytes },
        ["twins"] = report.Twins,
        ["notices"] = new JsonArray([.. report.Notices.Select(notice => JsonValue.Create(notice))]),
        ["damage"] = new JsonArray([.. report.Damage.Select(damage => new JsonObject { ["code"] = damage.Code.Code, ["message"] = damage.Message })]),
    };

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Bytes(long bytes) => bytes switch
    {
        >= 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GiB"),
        >= 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
    };
}
