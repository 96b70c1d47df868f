using System.Text.Json;

namespace Gemel.Server.Tests.CommandLine;

/// <summary><c>gemel verify</c> on folders that a server has left.</summary>
public sealed class VerifyCommandTests : IDisposable
{
    private const string Model = """
        {"@context":"dtmi:dtdl:context;3","@id":"dtmi:test:Lamp;1","@type":"Interface","contents":[{"@type":"Property","name":"lumen","schema":"double"}]}
        """;

    private readonly TemporaryFolder _folder = new();

    private string Data => _folder["data"];

    [Fact]
    public async Task A_folder_that_is_whole_ends_with_0_and_is_not_changed()
    {
        await FillAsync();
        string[] before = Contents();
        CommandRun plain = await CommandRun.Of("verify", Data);
        Assert.Equal((0, ""), (plain.Code, plain.Error));
        Assert.Contains($"'{Data}' is whole.", plain.Output, StringComparison.Ordinal);
        Assert.Matches(@"journal +commits 1 to \d+ in 1 files", plain.Output);

        CommandRun json = await CommandRun.Of("verify", Data, "--deep", "--json");
        JsonElement report = JsonSerializer.Deserialize<JsonElement>(json.Output);
        Assert.True(report.GetProperty("whole").GetBoolean());
        Assert.Equal(1, report.GetProperty("twins").GetInt64());
        Assert.True(report.GetProperty("journal").GetProperty("last").GetInt64() >= 2);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task Damage_ends_with_1_and_every_place_is_named_with_what_to_do()
    {
        await FillAsync();
        string journal = Directory.GetFiles(Path.Combine(Data, "journal"), "*.log").Single();
        Flip(journal, 150);
        Flip(Path.Combine(Data, "gemel.json"), 30);

        CommandRun run = await CommandRun.Of("verify", Data, "--json");

        Assert.Equal(1, run.Code);
        JsonElement report = JsonSerializer.Deserialize<JsonElement>(run.Output);
        Assert.False(report.GetProperty("whole").GetBoolean());
        Assert.Equal(["GMJ004", "GMJ010"], report.GetProperty("damage").EnumerateArray().Select(d => d.GetProperty("code").GetString()).Order());
        Assert.All(report.GetProperty("damage").EnumerateArray(), d => Assert.Contains("gemel restore", d.GetProperty("message").GetString(), StringComparison.Ordinal));
        Assert.Contains($"damaged in 2 places", (await CommandRun.Of("verify", Data)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_lacks_commits_which_history_has_is_told()
    {
        await FillAsync(("History:HotAge", "40ms"));
        File.Delete(Directory.GetFiles(Path.Combine(Data, "journal"), "*.log").Single());
        File.Delete(Path.Combine(Data, "journal", "witness"));
        CommandRun run = await CommandRun.Of("verify", Data);
        Assert.Equal(1, run.Code);
        Assert.Contains("damaged: GMJ031: The history stands at commit", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_a_server_uses_is_left_alone()
    {
        await using LiveServer server = await LiveServer.StartAsync(Data);
        CommandRun run = await CommandRun.Of("verify", Data);
        Assert.Equal(1, run.Code);
        Assert.StartsWith($"gemel: GMJ001: The data folder '{Data}' is in use by another process (pid {Environment.ProcessId}).", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_data_folder_is_refused_and_nothing_is_made()
    {
        CommandRun run = await CommandRun.Of("verify", Data);
        Assert.Equal(1, run.Code);
        Assert.Contains("GMJ003", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    public void Dispose() => _folder.Dispose();

    private async Task FillAsync(params (string Name, string Value)[] settings)
    {
        await using LiveServer server = await LiveServer.StartAsync(Data, settings);
        Assert.Equal(0, (await server.RunAsync("models", "add", _folder.Write("lamp.json", Model))).Code);
        using HttpClient client = new() { BaseAddress = new Uri(server.Http) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", server.Key);
        using StringContent twin = new("""{"$metadata":{"$model":"dtmi:test:Lamp;1"},"lumen":4}""", System.Text.Encoding.UTF8, "application/json");
        (await client.PutAsync("digitaltwins/lamp", twin, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        if (settings.Length > 0)
        {
            // History says when it has sealed: its manifest appears.
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            while (!File.Exists(Path.Combine(Data, "history", "manifest.json")))
            {
                await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }
    }

    private static void Flip(string file, int at)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[at] ^= 4;
        File.WriteAllBytes(file, bytes);
    }

    private string[] Contents() => [.. Directory.EnumerateFileSystemEntries(Data, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => $"{path} {(File.Exists(path) ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))) : "")}")];
}
