using System.Buffers.Binary;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gemel.Journal;
using Gemel.Server.Backups;
using Gemel.Server.Serving;

namespace Gemel.Server.CommandLine;

/// <summary><c>gemel restore</c>.</summary>
internal static class RestoreCommand
{
    private const string Latest = "latest";

    private static readonly Argument<string> Folder = new("BACKUP") { Description = "Folder of backups, as 'gemel backup' made it." };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = $"New or empty folder, or the one to mend. [default: {ServerTarget.DataVariable}, or {ServeOptions.DefaultData}]",
        HelpName = "DIR",
    };

    private static readonly Option<string> At = new("--at")
    {
        Description = "Commit of the backup to take, as 'gemel backup list' shows it.",
        HelpName = "N|latest",
        DefaultValueFactory = _ => Latest,
    };

    private static readonly Option<bool> Mends = new("--repair") { Description = "Mend the damaged and missing files of a data folder that no server uses, from all backups of the folder. [default: no]" };

    public static Command Create()
    {
        Command command = new("restore", "Makes a data folder from a backup, or mends one.") { Folder, Data, At, Mends, ClientOptions.Json };
        command.SetAction((arguments, cancellationToken) => Exit.RunAsync(
            () => RunAsync(arguments, cancellationToken), arguments.InvocationConfiguration.Error, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Terminal terminal = Terminal.Of(arguments);
        string data = arguments.GetValue(Data) ?? Environment.GetEnvironmentVariable(ServerTarget.DataVariable) ?? ServeOptions.DefaultData;
        using BackupFolder folder = BackupFolder.OpenToRead(DiskFiles.Instance, arguments.GetValue(Folder)!);
        BackupManifest backup = folder.Find(ReadCommit(arguments.GetValue(At)!));
        if (arguments.GetValue(Mends))
        {
            return Repair(arguments, terminal, folder, data, cancellationToken);
        }
        await Progress.RunAsync(terminal.Console, "restore", progress => Task.Run(() =>
        {
            new Restore(DiskFiles.Instance, folder).Run(backup, data, NewEpoch(), progress, cancellationToken);
            return Exit.Ok;
        }, cancellationToken)).ConfigureAwait(false);
        if (arguments.GetValue(ClientOptions.Json))
        {
            terminal.WriteJson(JsonSerializer.SerializeToElement(BackupCommand.Summary(backup)));
            return Exit.Ok;
        }
        terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Restored commit {backup.Commit} into {Path.GetFullPath(data)}: {backup.Files.Count} files, {backup.Bytes:N0} bytes"));
        terminal.WriteLine($"Start it with 'gemel serve --data {data}'; keys of the server are made anew then, those of devices are as they were");
        return Exit.Ok;
    }

    private static int Repair(ParseResult arguments, Terminal terminal, BackupFolder folder, string data, CancellationToken cancellationToken)
    {
        Timestamp now = Timestamp.From(TimeProvider.System.GetUtcNow());
        RepairResult result = new Repair(DiskFiles.Instance, folder, folder.List(), NewEpoch()).Run(data, now, cancellationToken);
        if (arguments.GetValue(ClientOptions.Json))
        {
            terminal.WriteJson(JsonSerializer.SerializeToElement(new { mended = result.Mended, lost = result.Lost.Select(error => error.ToString()) }));
        }
        else
        {
            foreach (string path in result.Mended)
            {
                terminal.WriteLine($"Mended {path}");
            }
            terminal.WriteLine(result.Lost.Count > 0 ? "Not all could be mended"
                : result.Mended.Count > 0 ? "All that was damaged is as it was" : "Nothing is damaged that a backup could mend");
        }
        return result.Lost.Count == 0 ? Exit.Ok : Exit.Fail(result.Lost, terminal.Error);
    }

    // A number that no other copy has, and not that of the original.
    private static uint NewEpoch() => BinaryPrimitives.ReadUInt32LittleEndian(RandomNumberGenerator.GetBytes(sizeof(uint))) | 1;

    private static long? ReadCommit(string text)
    {
        if (text == Latest)
        {
            return null;
        }
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long commit)
            ? commit
            : throw new GemelException(ServerErrors.InvalidSetting.With("--at", text, "the number of a commit, or 'latest'"));
    }
}
