using System.CommandLine;
using Gemel.Server.CommandLine;

namespace Gemel.Server.Tests.CommandLine;

public sealed class UsageTests
{
    [Fact]
    public async Task The_help_of_every_command_lists_every_option_with_its_default()
    {
        foreach ((string[] path, Command command) in CommandsBelow(GemelCommand.Create(), []))
        {
            CommandRun help = await CommandRun.Of([.. path, "--help"]);
            Assert.Equal((0, ""), (help.Code, help.Error));
            string text = string.Join(' ', help.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            foreach (Option option in command.Options.Where(o => o.Name is not ("--help" or "--version")))
            {
                int at = text.IndexOf($" {option.Name} ", StringComparison.Ordinal);
                Assert.True(at >= 0, $"{string.Join(' ', path)} does not list {option.Name}");
                int next = text.IndexOf(" --", at + 3, StringComparison.Ordinal);
                string entry = next < 0 ? text[at..] : text[at..next];
                Assert.True(option.Required || entry.Contains("[default:", StringComparison.Ordinal), $"{string.Join(' ', path)} {option.Name} has no default: {entry}");
            }
        }
    }

    [Theory]
    [InlineData("gemel: Required command was not provided.")]
    [InlineData("gemel: Unrecognized command or argument '--bogus'.", "serve", "--bogus")]
    [InlineData("gemel: Option '--map' is required.", "replay", "a.csv")]
    [InlineData("gemel: --secret goes with --device.", "replay", "a.csv", "--map", "m", "--secret", "s")]
    [InlineData("gemel: Name devices, or a file with --from.", "device", "add")]
    [InlineData("gemel: Name devices, or a file with --from.", "device", "add", "d", "--from", "f.csv")]
    [InlineData("gemel: --twin and --mapping do not go with --from: the file's columns say them.", "device", "add", "--from", "f.csv", "--twin", "t")]
    [InlineData("gemel: GMX032: --speed is '0'; it must be above 0 and at most 1000.", "demo", "--speed", "0")]
    [InlineData("gemel: GMX032: --speed is 'fast'; it must be a number above 0, or 'max'.", "replay", "a.csv", "--map", "m", "--speed", "fast", "--device", "d", "--secret", "s")]
    [InlineData("gemel: GMX032: --in-flight is '0'; it must be a whole number from 1 to 65535.", "replay", "a.csv", "--map", "m", "--in-flight", "0", "--device", "d", "--secret", "s")]
    [InlineData("gemel: GMX032: --mqtt is 'host'; it must be a host and a port such as '127.0.0.1:1883'.", "replay", "a.csv", "--map", "m", "--mqtt", "host", "--device", "d", "--secret", "s")]
    [InlineData("gemel: GMX032: --url is 'localhost:8080'; it must be an address such as 'http://127.0.0.1:8080'.", "status", "--url", "localhost:8080")]
    public async Task Wrong_usage_is_one_line_and_exit_code_2(string line, params string[] arguments)
    {
        CommandRun run = await CommandRun.Of(arguments);
        Assert.Equal(line, Assert.Single(run.ErrorLines));
        Assert.Equal((2, ""), (run.Code, run.Output));
    }

    [Fact]
    public async Task An_unreachable_server_is_one_line_and_exit_code_1()
    {
        using TemporaryFolder folder = new();
        string key = folder.Write("key", "k\n");
        CommandRun run = await CommandRun.Of("status", "--url", "http://127.0.0.1:1", "--key-file", key);
        Assert.Equal(1, run.Code);
        Assert.StartsWith("gemel: GMX034: There is no answer from http://127.0.0.1:1/: Connection refused", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private static IEnumerable<(string[] Path, Command Command)> CommandsBelow(Command command, string[] path) =>
        command.Subcommands.SelectMany(sub => CommandsBelow(sub, [.. path, sub.Name])).Prepend((path, command));
}
