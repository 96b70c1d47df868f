using System.Globalization;
using System.Text.Json;

namespace Gemel.Bench.Soak;

/// <summary>Backs the server up, each time only what is new, and now and then restores the copy, verifies it and reads it.</summary>
/// <param name="endings">Counts up when the server ends and when it is back: a backup over which it moved may have been cut.</param>
internal sealed class SoakBackups(SoakOptions options, SoakServer server, SoakJournal journal, IReadOnlyCollection<CounterLedger> ledgers, Func<int> endings, TimeProvider clock)
{
    private int _made;

    private string Folder => Path.Combine(options.Folder, "backups");

    private string Copy => Path.Combine(options.Folder, "restored");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (server.Process is null)
        {
            return;
        }
        if (_made % options.BackupsPerFolder == 0 && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
        int before = endings();
        long begin = clock.GetTimestamp();
        DateTimeOffset acknowledged = clock.GetUtcNow();
        (int code, string output) = await GemelAsync(["backup", Folder, "--url", server.Http.ToString(), "--key-file", server.KeyFile, "--json"], cancellationToken).ConfigureAwait(false);
        if (code != 0)
        {
            journal.Add(endings() == before && server.Process is not null ? SoakEventKind.Failure : SoakEventKind.BackupCut, clock.GetElapsedTime(begin), $"backup: {output}");
            return;
        }
        _made++;
        journal.Add(SoakEventKind.Backup, clock.GetElapsedTime(begin), Describe(output));
        if (_made % options.BackupsPerRestore == 0)
        {
            await RestoreAsync(acknowledged, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RestoreAsync(DateTimeOffset acknowledged, CancellationToken cancellationToken)
    {
        long begin = clock.GetTimestamp();
        if (Directory.Exists(Copy))
        {
            Directory.Delete(Copy, recursive: true);
        }
        if (await SucceedsAsync(["restore", Folder, "--data", Copy], cancellationToken).ConfigureAwait(false) &&
            await SucceedsAsync(["verify", Copy], cancellationToken).ConfigureAwait(false))
        {
            await ReadAsync(acknowledged, cancellationToken).ConfigureAwait(false);
            journal.Add(SoakEventKind.Restore, clock.GetElapsedTime(begin));
        }
        Directory.Delete(Copy, recursive: true);
    }

    private async Task ReadAsync(DateTimeOffset acknowledged, CancellationToken cancellationToken)
    {
        SoakServer copy = await SoakServer.StartAsync(options, Copy, Path.Combine(options.Output, "copy.log"), clock, cancellationToken).ConfigureAwait(false);
        await using (copy.ConfigureAwait(false))
        {
            foreach (string wrong in await CounterCheck.RunAsync(copy.Client, ledgers, acknowledged - options.Window, acknowledged, cancellationToken).ConfigureAwait(false))
            {
                journal.Add(SoakEventKind.Failure, text: $"restored copy: {wrong}");
            }
        }
    }

    private async Task<bool> SucceedsAsync(string[] arguments, CancellationToken cancellationToken)
    {
        (int code, string output) = await GemelAsync(arguments, cancellationToken).ConfigureAwait(false);
        if (code != 0)
        {
            journal.Add(SoakEventKind.Failure, text: $"gemel {arguments[0]}: {output}");
        }
        return code == 0;
    }

    private async Task<(int Code, string Output)> GemelAsync(string[] arguments, CancellationToken cancellationToken)
    {
        string log = Path.Combine(options.Output, "commands.log");
        SoakProcess process = SoakProcess.Start(options.Server, arguments, new Dictionary<string, string>(), log);
        await using (process.ConfigureAwait(false))
        {
            int code = await process.ExitAsync(cancellationToken).ConfigureAwait(false);
            return (code, string.Create(CultureInfo.InvariantCulture, $"exit code {code}; {process.Output}").TrimEnd());
        }
    }

    private static string Describe(string output)
    {
        using JsonDocument summary = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]);
        JsonElement root = summary.RootElement;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"commit {root.GetProperty("commit").GetInt64()}; {root.GetProperty("files").GetInt64()} files {root.GetProperty("bytes").GetInt64()} bytes; {root.GetProperty("newFiles").GetInt64()} files {root.GetProperty("newBytes").GetInt64()} bytes new");
    }
}
