using System.Text.RegularExpressions;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Parcels;

/// <summary>The unit of systemd and the image's recipe, which neither runs here: what they name exists, and they are as closed as they say.</summary>
public sealed partial class ServiceFileTests
{
    private const string Analyzer = "/usr/bin/systemd-analyze";

    // Of systemd's own measure, from 0 (closed) to 100; a service that says nothing has 96.
    private const int MostExposure = 20;

    private static string UnitFile => Path.Combine(Places.Root, "packaging", "gemel.service");

    private static string[] Recipe => [.. File.ReadAllText(Path.Combine(Places.Root, "packaging", "Dockerfile")).Replace("\\\n", "").Split('\n').Where(line => !line.StartsWith('#'))];

    [Fact]
    public async Task The_units_command_is_one_that_the_program_knows()
    {
        string start = Settings("ExecStart").Single();
        Assert.StartsWith("/opt/gemel/gemel serve ", start);
        await AssertKnownAsync("serve", start);
        Assert.Contains($"--data /var/lib/{Settings("StateDirectory").Single()}", start);
    }

    [Fact]
    public async Task Systemd_takes_the_unit_and_finds_it_closed()
    {
        if (!File.Exists(Analyzer))
        {
            Assert.Skip("systemd is not on this machine.");
        }
        using TemporaryFolder folder = new();
        string unit = folder.Combine("gemel.service");
        // The program is not installed here, and systemd looks for it.
        await File.WriteAllTextAsync(unit, (await File.ReadAllTextAsync(UnitFile, TestContext.Current.CancellationToken)).Replace("/opt/gemel/gemel", "/bin/true"), TestContext.Current.CancellationToken);
        Assert.Equal("", await AnalyzeAsync("verify", "--man=no", "--recursive-errors=no", unit));
        await AnalyzeAsync("security", "--no-pager", "--offline=true", $"--threshold={MostExposure}", unit);
    }

    [Fact]
    public async Task The_images_commands_are_ones_that_the_program_knows()
    {
        await AssertKnownAsync("serve", Recipe.Single(line => line.StartsWith("CMD", StringComparison.Ordinal)));
        await AssertKnownAsync("status", Recipe.Single(line => line.StartsWith("HEALTHCHECK", StringComparison.Ordinal)).Split("CMD")[1]);
    }

    [Fact]
    public void The_image_does_not_run_as_root_and_is_open_with_TLS_alone()
    {
        int user = Array.FindIndex(Recipe, line => line == "USER $APP_UID");
        Assert.InRange(user, 1, Array.FindIndex(Recipe, line => line.StartsWith("ENTRYPOINT", StringComparison.Ordinal)));
        Assert.DoesNotContain("--insecure", File.ReadAllText(Path.Combine(Places.Root, "packaging", "Dockerfile")));
        Assert.Contains(Recipe, line => line == "VOLUME /var/lib/gemel");
    }

    [Fact]
    public void Everything_that_the_image_is_made_from_is_in_the_tree()
    {
        string[] taken = [.. File.ReadAllLines(Path.Combine(Places.Root, "packaging", "Dockerfile.dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..])];
        Assert.NotEmpty(taken);
        Assert.All(taken, path => Assert.True(Path.Exists(Path.Combine(Places.Root, path)), path));
    }

    private static string[] Settings(string name) =>
        [.. File.ReadAllLines(UnitFile).Where(line => line.StartsWith($"{name}=", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..])];

    private static async Task AssertKnownAsync(string command, string line)
    {
        string[] used = [.. OptionPattern().Matches(line).Select(match => match.Value)];
        Assert.NotEmpty(used);
        await using ProgramRun help = ServerProcess.Launch([command, "--help"]);
        Assert.Equal(0, await help.ExitCodeAsync(TestContext.Current.CancellationToken));
        HashSet<string> known = [.. OptionPattern().Matches(help.Output).Select(match => match.Value)];
        Assert.All(used, option => Assert.Contains(option, known));
    }

    private static async Task<string> AnalyzeAsync(params string[] arguments)
    {
        await using ProgramRun run = ProgramRun.Start(Analyzer, arguments);
        int code = await run.ExitCodeAsync(TestContext.Current.CancellationToken);
        Assert.True(code == 0, $"{run.Output}{run.Errors}");
        return run.Errors;
    }

    [GeneratedRegex("--[a-z][a-z-]*")]
    private static partial Regex OptionPattern();
}
