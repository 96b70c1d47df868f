using System.Diagnostics;
using System.Text.Json;
using Gemel.Server.Demo;
using Gemel.Server.Demo.Board;

namespace Gemel.Server.Tests.CommandLine;

public sealed class DemoCommandTests
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task The_demo_shows_an_address_and_a_curl_line_that_work_its_twins_follow_and_an_interrupt_ends_it_without_traces()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "an interrupt cannot be sent to another process on Windows");
        using TemporaryFolder temporary = new();
        using GemelProcess demo = GemelProcess.Start(new Dictionary<string, string> { ["TMPDIR"] = temporary.Path }, "demo", "--speed", "10");
        string? address = await demo.ReadLineAsync();
        string? curl = await demo.ReadLineAsync();
        Assert.NotNull(curl);
        Assert.Matches("^Gemel is at http://127\\.0\\.0\\.1:[0-9]+/ ", address);
        Assert.Single(Directory.GetDirectories(temporary.Path, "gemel-demo-*"));

        await AssertTwinsFollowAsync(new Uri(address!.Split(' ')[3]), curl.Split('\'')[1].Split(' ')[^1]);
        await AssertCurlWorksAsync(curl);

        demo.SendInterrupt();
        Assert.Equal((0, ""), await demo.WaitAsync(StopTimeout));
        Assert.Empty(Directory.GetDirectories(temporary.Path, "gemel-demo-*"));
    }

    [Fact]
    public async Task The_plant_also_runs_on_a_server_that_runs_already_and_leaves_it_running()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "an interrupt cannot be sent to another process on Windows");
        using TemporaryFolder temporary = new();
        await using LiveServer server = await LiveServer.StartAsync(temporary["data"]);
        using GemelProcess demo = GemelProcess.Start(
            new Dictionary<string, string>(), "demo", "--url", server.Http, "--mqtt", server.Mqtt, "--key-file", server.KeyFile, "--speed", "10");
        Assert.Contains($"Gemel is at {server.Http} and MQTT {server.Mqtt};", await demo.ReadLineAsync(), StringComparison.Ordinal);
        await AssertTwinsFollowAsync(new Uri(server.Http), server.Key);

        demo.SendInterrupt();
        Assert.Equal((0, ""), await demo.WaitAsync(StopTimeout));
        Assert.Contains("P1", (await server.RunAsync("query", "SELECT * FROM DIGITALTWINS T WHERE T.$dtId = 'P1'", "--json")).Output, StringComparison.Ordinal);
    }

    /// <summary>Waits on the change stream until every device's twin has reported twice.</summary>
    private static async Task AssertTwinsFollowAsync(Uri server, string key)
    {
        using HttpClient http = DemoProvisioner.ClientOf(server, key);
        string[] twins = ["T1", "P1", "P2", "V1", "FT1", "PT1"];
        TwinBoard board = new(twins.Select(id => (id, "")));
        Dictionary<string, HashSet<Timestamp>> times = twins.ToDictionary(id => id, _ => new HashSet<Timestamp>());
        await foreach (JsonElement change in new ChangeStream(http, TimeProvider.System).EventsAsync(TestContext.Current.CancellationToken))
        {
            board.Apply(change);
            foreach (BoardTwin twin in board.Twins)
            {
                times[twin.Id].UnionWith(twin.Values.Select(value => value.Time));
            }
            if (times.Values.All(seen => seen.Count >= 2))
            {
                return;
            }
        }
    }

    private static async Task AssertCurlWorksAsync(string line)
    {
        ProcessStartInfo start = new("sh", ["-c", $"{line} --silent --fail"]) { RedirectStandardOutput = true };
        using Process shell = Process.Start(start)!;
        string body = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(shell.ExitCode == 127, "curl is not installed");
        Assert.Equal(0, shell.ExitCode);
        Assert.Equal("P1", JsonSerializer.Deserialize<JsonElement>(body).GetProperty("$dtId").GetString());
    }
}
