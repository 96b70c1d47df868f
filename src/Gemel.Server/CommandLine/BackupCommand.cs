using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Gemel.Journal;
using Gemel.Server.Backups;
using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel backup</c>.</summary>
internal static class BackupCommand
{
    private static readonly Option<bool> Check = new("--check") { Description = "Read also what is there already, and copy anew what is damaged. [default: no]" };

    private static readonly Argument<string> Folder = new("DIR") { Description = "Folder of backups; made where there is none. What several have in common is there once." };

    public static Command Create()
    {
        Command command = new Command("backup", "Backs up a running server as of its newest commit; the second time copies only what is new.") { Folder, Check }.WithServer(RunAsync);
        Command list = new("list", "Lists the backups of a folder.") { Folder, ClientOptions.Json };
        list.SetAction((arguments, cancellationToken) => Exit.RunAsync(
            () => Task.FromResult(List(arguments)), arguments.InvocationConfiguration.Error, cancellationToken));
        command.Add(list);
        return command;
    }

    /// <summary>What programs read of a backup.</summary>
    internal static Dictionary<string, object?> Summary(BackupManifest backup) => new()
    {
        ["commit"] = backup.Commit,
        ["time"] = backup.Time,
        ["made"] = backup.Made,
        ["instance"] = backup.Instance,
        ["files"] = backup.Files.Count,
        ["bytes"] = backup.Bytes,
    };

    private static async Task<int> RunAsync(ClientCall call, CancellationToken cancellationToken)
    {
        using BackupFolder folder = BackupFolder.OpenToWrite(DiskFiles.Instance, call.Arguments.GetValue(Folder)!);
        BackupRun run = new(new ServerBackups(call.Server), folder, TimeProvider.System);
        BackupResult result = await Progress.RunAsync(
            call.Terminal.Console, "backup", progress => run.RunAsync(call.Arguments.GetValue(Check), progress, cancellationToken)).ConfigureAwait(false);
        if (call.IsJson)
        {
            Dictionary<string, object?> summary = Summary(result.Backup);
            (summary["newFiles"], summary["newBytes"], summary["seconds"]) = (result.Files, result.Bytes, result.Elapsed.TotalSeconds);
            call.Terminal.WriteJson(JsonSerializer.SerializeToElement(summary));
            return Exit.Ok;
        }
        call.Terminal.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Backed up commit {result.Backup.Commit} into {folder.Root}: {result.Backup.Files.Count} files, {result.Backup.Bytes:N0} bytes; {result.Files} files, {result.Bytes:N0} bytes of them new, in {result.Elapsed.TotalSeconds:F1} s"));
        return Exit.Ok;
    }

    private static int List(ParseResult arguments)
    {
        Terminal terminal = Terminal.Of(arguments);
        using BackupFolder folder = BackupFolder.OpenToRead(DiskFiles.Instance, arguments.GetValue(Folder)!);
        IReadOnlyList<BackupManifest> backups = folder.List();
        if (arguments.GetValue(ClientOptions.Json))
        {
            foreach (BackupManifest backup in backups)
            {
                terminal.WriteJson(JsonSerializer.SerializeToElement(Summary(backup)));
            }
            return Exit.Ok;
        }
        Table table = Terminal.Table("Commit", "Of", "Made", "Files", "Bytes");
        foreach (BackupManifest backup in backups)
        {
            table.AddRow(
                backup.Commit.ToString("N0", CultureInfo.InvariantCulture), backup.Time ?? "", backup.Made,
                backup.Files.Count.ToString("N0", CultureInfo.InvariantCulture), backup.Bytes.ToString("N0", CultureInfo.InvariantCulture));
        }
        terminal.Console.Write(table);
        return Exit.Ok;
    }
}
