using System.Net;
using System.Text;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;
using Gemel.EndToEnd.Upgrade;

namespace Gemel.EndToEnd.Backup;

/// <summary>Backups of a running server, and folders restored and mended from them.</summary>
public sealed class BackupTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restored_copy_answers_what_the_original_answers_on_another_folder_and_its_devices_keep_their_secrets()
    {
        using GoldenFolder golden = GoldenFolder.Open("format-1");
        using TemporaryFolder folder = new();
        golden.CopyTo(folder.Combine("data"));
        await using ServerProcess server = await ServerProcess.StartAsync(folder.Combine("data"));

        JsonElement first = await BackupAsync(server, folder.Combine("backups"));
        JsonElement second = await BackupAsync(server, folder.Combine("backups"));

        Assert.Equal(golden.Commit, first.GetProperty("commit").GetInt64());
        Assert.Equal(first.GetProperty("newFiles").GetInt32(), first.GetProperty("files").GetInt32());
        Assert.Equal(0, second.GetProperty("newBytes").GetInt64());
        Assert.Equal(2, (await RunAsync("backup", "list", folder.Combine("backups"), "--json")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        await server.StopAsync();

        await RunAsync("restore", folder.Combine("backups"), "--data", folder.Combine("elsewhere/data"));
        await using ServerProcess restored = await ServerProcess.StartAsync(folder.Combine("elsewhere/data"));
        await GoldenFolderTests.AssertAnswersAsync(restored, golden);
        Assert.NotEqual(server.Key, restored.Key);
        foreach ((string device, string secret) in golden.Secrets.Where(each => each.Device.StartsWith("pump", StringComparison.Ordinal)))
        {
            await using MqttDevice connected = await MqttDevice.ConnectAsync(restored, device, secret);
            Assert.True(connected.IsConnected);
        }
    }

    [Fact]
    public async Task Backups_under_load_hold_every_message_acknowledged_before_and_share_what_they_have_in_common()
    {
        const int messages = 6_000;
        using TemporaryFolder folder = new();
        await using ServerProcess server = await ServerProcess.StartAsync(null, ("JOURNAL__SEGMENTBYTES", "65536"), ("HISTORY__HOTROWS", "1000"));
        await server.Admin.AddModelsAsync(TestModels.All);
        string secret = await server.Admin.AddPumpAsync("pump-1");
        using DeviceSender sender = new(server.Mqtt, "pump-1", secret, inFlight: 100);
        OutgoingMessage[] load = [.. Enumerable.Range(0, messages).Select(i => new OutgoingMessage(
            "twins/pump-1/data", Encoding.UTF8.GetBytes($$"""{"$time":"{{new DateTime(2026, 10, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(i):yyyy-MM-ddTHH:mm:ssZ}}","count":{{i}}}""")))];
        Task sending = Task.Run(() => sender.SendAsync(load, Cancelled), Cancelled);

        List<(long Commit, int Least)> made = [];
        do
        {
            int acknowledged = sender.Acknowledged;
            made.Add(((await BackupAsync(server, folder.Combine("backups"))).GetProperty("commit").GetInt64(), acknowledged));
        }
        while (!sending.IsCompleted || made.Count < 2);
        await sending;
        JsonElement last = await BackupAsync(server, folder.Combine("backups"));
        Assert.True(last.GetProperty("newBytes").GetInt64() < last.GetProperty("bytes").GetInt64(), last.GetRawText());
        await server.StopAsync();

        foreach ((long commit, int least) in made.Append((last.GetProperty("commit").GetInt64(), messages)).DistinctBy(each => each.Item1).TakeLast(3))
        {
            string data = folder.Combine($"data-{commit}");
            await RunAsync("restore", folder.Combine("backups"), "--data", data, "--at", $"{commit}");
            await using ServerProcess restored = await ServerProcess.StartAsync(data);
            Assert.Equal(commit, (await restored.Admin.GetAsync("api/v1/status")).Json.GetProperty("durableCommit").GetInt64());
            JsonElement points = (await restored.Admin.GetAsync("api/v1/digitaltwins/pump-1/history?paths=count&limit=100000&include=all")).Expect(HttpStatusCode.OK).Json.GetProperty("series")[0].GetProperty("points");
            int[] values = [.. points.EnumerateArray().Select(point => point.GetProperty("v").GetInt32())];
            Assert.InRange(values.Length, least, messages);
            Assert.Equal(Enumerable.Range(0, values.Length), values);
            if (values.Length > 0)
            {
                Assert.Equal(values.Length - 1, (await restored.Admin.StateAsync("pump-1")).GetProperty("count").GetProperty("$value").GetInt32());
            }
        }
    }

    [Fact]
    public async Task A_client_killed_in_the_middle_leaves_no_backup_and_the_next_run_makes_one()
    {
        using GoldenFolder golden = GoldenFolder.Open("format-1");
        using TemporaryFolder folder = new();
        golden.CopyTo(folder.Combine("data"));
        await using ServerProcess server = await ServerProcess.StartAsync(folder.Combine("data"));
        string backups = folder.Combine("backups");
        Directory.CreateDirectory(Path.Combine(backups, "files"));
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (FileSystemWatcher watcher = new(Path.Combine(backups, "files")))
        {
            watcher.Created += (_, _) => begun.TrySetResult();
            watcher.EnableRaisingEvents = true;
            await using ProgramRun run = Start("backup", backups, "--url", server.Http.ToString(), "--data", server.Data);
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancelled);
            run.Kill();
            await run.ExitCodeAsync(Cancelled);
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(backups, "backups")));
        Assert.Equal(2, await CodeAsync("restore", backups, "--data", folder.Combine("nothing")));
        Assert.False(Directory.Exists(folder.Combine("nothing")));

        await BackupAsync(server, backups);
        await server.StopAsync();
        await RunAsync("restore", backups, "--data", folder.Combine("restored"));
        await using ServerProcess restored = await ServerProcess.StartAsync(folder.Combine("restored"));
        await GoldenFolderTests.AssertAnswersAsync(restored, golden);
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_with_the_name_of_the_file_and_nothing_is_left()
    {
        using TemporaryFolder folder = new();
        await using ServerProcess server = await ServerProcess.StartAsync();
        await server.Admin.AddModelsAsync(TestModels.All);
        await server.Admin.AddPumpAsync("pump-1");
        string backups = folder.Combine("backups");
        await BackupAsync(server, backups);

        foreach (string file in Directory.GetFiles(backups, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > 0))
        {
            byte[] good = await File.ReadAllBytesAsync(file, Cancelled);
            byte[] bad = [.. good];
            bad[good.Length / 2] ^= 0x10;
            await File.WriteAllBytesAsync(file, bad, Cancelled);

            await using ProgramRun run = Start("restore", backups, "--data", folder.Combine("data"));

            Assert.Equal(1, await run.ExitCodeAsync(Cancelled));
            Assert.Contains(file, run.Errors);
            Assert.Single(run.Errors.Trim().Split('\n'));
            Assert.Empty(Directory.Exists(folder.Combine("data")) ? Directory.GetFileSystemEntries(folder.Combine("data")) : []);
            await File.WriteAllBytesAsync(file, good, Cancelled);
        }

        string content = Directory.GetFiles(Path.Combine(backups, "files"), "*", SearchOption.AllDirectories).First(file => File.ReadAllText(file).Contains("\"kind\"", StringComparison.Ordinal));
        await File.WriteAllTextAsync(content, "nonsense", Cancelled);
        await BackupAsync(server, backups, "--check");
        await RunAsync("restore", backups, "--data", folder.Combine("data"));
    }

    [Fact]
    public async Task A_folder_damaged_anywhere_is_mended_from_a_backup_and_answers_as_before()
    {
        using GoldenFolder golden = GoldenFolder.Open("format-1");
        using TemporaryFolder folder = new();
        string data = folder.Combine("data");
        string backups = folder.Combine("backups");
        golden.CopyTo(data);
        await using (ServerProcess server = await ServerProcess.StartAsync(data, ("CHECKPOINT__INTERVAL", "7d")))
        {
            await BackupAsync(server, backups);
            // What no backup has yet: it is in the journal alone, and has to stay.
            await server.Admin.AddTwinAsync("after", "dtmi:golden:Station;2");
            await server.KillAsync();
        }
        string[] files = [.. Directory.GetFiles(data, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".json" or ".parquet" or ".part" or ".bin" or ".log" && !file.EndsWith("history/manifest.json", StringComparison.Ordinal))];
        Assert.True(files.Length > 12, $"{files.Length} files");
        Dictionary<string, byte[]> good = files.ToDictionary(file => file, File.ReadAllBytes);
        foreach (string file in files)
        {
            byte[] bad = [.. good[file]];
            bad[Math.Min(bad.Length / 2, 20_000)] ^= 4;
            await File.WriteAllBytesAsync(file, bad, Cancelled);
        }
        File.Delete(files.First(file => file.EndsWith(".parquet", StringComparison.Ordinal)));

        await RunAsync("restore", backups, "--data", data, "--repair");

        foreach (string file in files.Where(file => !file.EndsWith("gemel.json", StringComparison.Ordinal)))
        {
            byte[] mendedBytes = await File.ReadAllBytesAsync(file, Cancelled);
            Assert.True(good[file].AsSpan().SequenceEqual(mendedBytes), file);
        }
        Assert.Empty(Directory.GetFiles(data, "*.damaged", SearchOption.AllDirectories));
        await using ServerProcess mended = await ServerProcess.StartAsync(data);
        (await mended.Admin.GetAsync("digitaltwins/after")).Expect(HttpStatusCode.OK);
        (await mended.Admin.DeleteAsync("digitaltwins/after")).Expect(HttpStatusCode.NoContent);
        await GoldenFolderTests.AssertAnswersAsync(mended, golden);
    }

    private static async Task<JsonElement> BackupAsync(ServerProcess server, string folder, params string[] further) =>
        JsonSerializer.Deserialize<JsonElement>(await RunAsync(["backup", folder, "--url", server.Http.ToString(), "--data", server.Data, "--json", .. further]));

    private static async Task<string> RunAsync(params string[] arguments)
    {
        await using ProgramRun run = Start(arguments);
        int code = await run.ExitCodeAsync(Cancelled);
        Assert.True(code == 0, $"gemel {string.Join(' ', arguments)} ended with {code}: {run.Output} {run.Errors}");
        return run.Output;
    }

    private static async Task<int> CodeAsync(params string[] arguments)
    {
        await using ProgramRun run = Start(arguments);
        return await run.ExitCodeAsync(Cancelled);
    }

    private static ProgramRun Start(params string[] arguments) => ServerProcess.Launch(arguments);
}
