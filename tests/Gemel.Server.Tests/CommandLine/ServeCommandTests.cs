using System.IO.Hashing;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gemel.Server.Tests.CommandLine;

public sealed class ServeCommandTests : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly string[] FreePorts = ["--http", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Wrong_settings_of_file_and_environment_are_said_all_at_once()
    {
        string file = _folder.Write("gemel.json", """{"Ingest":{"OnUnknown":"maybe"},"History":{"HotRows":5},"Data":"/nowhere"}""");
        Dictionary<string, string> environment = new() { ["GEMEL_JOURNALRETENTION"] = "long", ["GEMEL_INGEST__ONUNKNOWN"] = "perhaps" };
        using GemelProcess serve = GemelProcess.Start(environment, "serve", "--config", file, "--http", "0.0.0.0");
        (int code, string error) = await serve.WaitAsync(StartTimeout);
        Assert.Equal(
            [
                "gemel: GMX032: Http is '0.0.0.0'; it must be an address such as 'http://127.0.0.1:8080'.",
                "gemel: GMX032: Ingest:OnUnknown is 'perhaps'; it must be 'reject' or 'ignore'.",
                "gemel: GMX032: JournalRetention is 'long'; it must be a duration above zero such as '7d', '12h', '90s' or '00:01:30'.",
                "gemel: GMX032: History:HotRows is '5'; it must be a whole number from 1000 to 100000000.",
            ],
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, code);
    }

    [Theory]
    [InlineData("{\"Http\":")]
    [InlineData(null)]
    public async Task A_settings_file_that_cannot_be_read_is_exit_code_2(string? text)
    {
        string file = text is null ? _folder["absent.json"] : _folder.Write("bad.json", text);
        CommandRun run = await CommandRun.Of("serve", "--config", file, "--data", _folder["data"]);
        Assert.Equal(2, run.Code);
        Assert.StartsWith($"gemel: GMX035: '{file}' could not be read:", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_addresses_than_loopback_need_the_users_word()
    {
        CommandRun run = await CommandRun.Of("serve", "--data", _folder["data"], "--mqtt", "0.0.0.0:1883");
        Assert.Equal(2, run.Code);
        Assert.StartsWith("gemel: GMX032: Mqtt is '0.0.0.0:1883'; it must be a loopback address", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--http", "http://")]
    [InlineData("--mqtt", "")]
    public async Task A_taken_port_is_one_line_and_leaves_no_data_folder(string option, string scheme)
    {
        using TcpListener holder = new(IPAddress.Loopback, 0);
        holder.Start();
        string[] others = option == "--http" ? FreePorts[2..] : FreePorts[..2];
        CommandRun run = await CommandRun.Of(["serve", "--data", _folder["data"], .. others, option, $"{scheme}{holder.LocalEndpoint}"]);
        Assert.Equal(1, run.Code);
        Assert.Contains($"{holder.LocalEndpoint} is in use by another program.", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["data"]));
    }

    [Fact]
    public async Task A_data_folder_in_use_is_said_with_the_process_that_holds_it()
    {
        await using LiveServer holder = await LiveServer.StartAsync(_folder["data"]);
        CommandRun run = await CommandRun.Of(["serve", "--data", _folder["data"], .. FreePorts]);
        Assert.Equal(1, run.Code);
        Assert.StartsWith($"gemel: GMJ001: The data folder '{_folder["data"]}' is in use by another process (pid {Environment.ProcessId})", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        await using (await LiveServer.StartAsync(_folder["data"]))
        {
        }
        string document = Path.Combine(_folder["data"], "gemel.json");
        string newer = Sealed((await File.ReadAllTextAsync(document, TestContext.Current.CancellationToken)).Replace("\"format\": 1,", "\"format\": 999,", StringComparison.Ordinal));
        await File.WriteAllTextAsync(document, newer, TestContext.Current.CancellationToken);
        CommandRun run = await CommandRun.Of(["serve", "--data", _folder["data"], .. FreePorts]);
        Assert.Equal(1, run.Code);
        Assert.StartsWith("gemel: GMJ002:", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(newer, await File.ReadAllTextAsync(document, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_foreign_folder_is_refused()
    {
        _folder.Write("data/photo.jpg", "");
        CommandRun run = await CommandRun.Of(["serve", "--data", _folder["data"], .. FreePorts]);
        Assert.Equal(1, run.Code);
        Assert.StartsWith("gemel: GMJ003:", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    // As docs/reference/journal-format.md says of sealed documents.
    private static string Sealed(string document)
    {
        string body = document[..document.IndexOf(",\n  \"checksum\"", StringComparison.Ordinal)];
        return $"{body},\n  \"checksum\": \"{XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(body)):x16}\"\n}}\n";
    }
}
