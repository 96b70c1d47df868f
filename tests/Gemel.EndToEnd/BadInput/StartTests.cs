using System.Text.RegularExpressions;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.BadInput;

/// <summary>Starts that cannot succeed end at once with one clear line and the right exit code.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task A_folder_in_use_names_the_process_that_uses_it()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        string line = await FailAsync(exitCode: 1, "serve", "--data", server.Data, "--http", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0");
        Assert.Contains("GMJ001", line);
        Assert.Contains($"{server.ProcessId}", line);
        Assert.False(server.HasExited);
    }

    [Fact]
    public async Task A_folder_of_a_newer_version_is_left_alone()
    {
        using TemporaryFolder folder = new();
        await using (ServerProcess server = await ServerProcess.StartAsync(folder.Combine("data")))
        {
            Assert.Equal(0, await server.StopAsync());
        }
        string file = Path.Combine(folder.Combine("data"), "gemel.json");
        string newer = Regex.Replace(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), "\"format\": *1", "\"format\": 99");
        await File.WriteAllTextAsync(file, newer, TestContext.Current.CancellationToken);
        string[] before = Files(folder.Combine("data"));

        string line = await FailAsync(exitCode: 1, "serve", "--data", folder.Combine("data"), "--http", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0");

        Assert.Matches("GMJ00[24]", line);
        Assert.Equal(before, Files(folder.Combine("data")));
        Assert.Equal(newer, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_foreign_folder_is_left_alone()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.Combine("letter.txt"), "dear", TestContext.Current.CancellationToken);
        string line = await FailAsync(exitCode: 1, "serve", "--data", folder.Path, "--http", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0");
        Assert.Contains("GMJ003", line);
        Assert.Equal(["letter.txt"], Files(folder.Path));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("mqtt")]
    public async Task A_taken_port_is_named(string door)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using TemporaryFolder folder = new();
        string http = door == "http" ? $"http://{server.Http.Authority}" : "http://127.0.0.1:0";
        string mqtt = door == "mqtt" ? $"{server.Mqtt}" : "127.0.0.1:0";
        string line = await FailAsync(exitCode: 1, "serve", "--data", folder.Combine("data"), "--http", http, "--mqtt", mqtt);
        Assert.Contains("GMX030", line);
        Assert.Contains(door == "http" ? server.Http.Authority : server.Mqtt.ToString(), line);
    }

    [Theory]
    [InlineData("--http", "nonsense", "Http")]
    [InlineData("--mqtt", "127.0.0.1", "Mqtt")]
    [InlineData("--http", "http://0.0.0.0:8080", "insecure")]
    [InlineData("--journal-retention", "soon", "JournalRetention")]
    public async Task A_bad_setting_is_told_with_name_value_and_rule(string option, string value, string named)
    {
        using TemporaryFolder folder = new();
        string line = await FailAsync(exitCode: 2, "serve", "--data", folder.Combine("data"), option, value);
        Assert.Contains(named, line);
        Assert.Contains(value, line);
        Assert.False(Directory.Exists(folder.Combine("data")));
    }

    [Fact]
    public async Task An_unknown_option_is_a_mistake_of_usage()
    {
        await using ProgramRun run = ServerProcess.Launch(["serve", "--nothing"]);
        Assert.Equal(2, await run.ExitCodeAsync(TestContext.Current.CancellationToken));
    }

    /// <returns>The one line on standard error.</returns>
    private static async Task<string> FailAsync(int exitCode, params string[] arguments)
    {
        await using ProgramRun run = ServerProcess.Launch(arguments);
        int found = await run.ExitCodeAsync(TestContext.Current.CancellationToken);
        string[] lines = [.. run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith("gemel:", StringComparison.Ordinal))];
        Assert.True(found == exitCode && lines.Length == 1, $"Expected exit code {exitCode} and one line, found {found}: {run.Output} {run.Errors}");
        Assert.DoesNotContain("   at ", run.Errors);
        return lines[0];
    }

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Where(f => f is not "gemel.pid" and not "gemel.lock").Order(StringComparer.Ordinal)];
}
