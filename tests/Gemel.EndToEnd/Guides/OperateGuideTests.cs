using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Guides;

/// <summary>docs/how-to/operate.md, as somebody follows it.</summary>
public sealed partial class OperateGuideTests
{
    private static readonly GuidePage Page = new("operate.md");

    [Fact]
    public async Task Every_command_of_the_page_works_in_its_order()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is not installed");
        using TemporaryFolder folder = new();
        await using GuideShell shell = new(folder.Path, Replacements(folder));
        foreach (GuideStep step in Page.Steps)
        {
            await shell.RunAsync(step);
        }
        await AssertTellsOfEveryMetricAsync(folder.Combine("metrics.txt"));
    }

    [Fact]
    public void Page_and_alerts_name_metrics_that_there_are()
    {
        HashSet<string> instruments = [.. Directory.EnumerateFiles(Path.Combine(Places.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value.Replace('.', '_')))];
        string alerts = File.ReadAllText(Path.Combine(Places.Root, "packaging", "prometheus-alerts.yml"));
        Assert.All(Page.Metrics.Concat(GuidePage.MetricsOf(alerts)), metric => Assert.Contains(Plain(metric), instruments));
    }

    [Fact]
    public void Every_alert_has_its_row()
    {
        string page = File.ReadAllText(Path.Combine(Places.Root, "docs", "how-to", "operate.md"));
        string alerts = File.ReadAllText(Path.Combine(Places.Root, "packaging", "prometheus-alerts.yml"));
        string[] names = [.. Alert().Matches(alerts).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Buckets_of_commits_tell_a_fast_disk_from_a_slow_one()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await server.Admin.AddModelsAsync(TestModels.All);
        string scrape = (await server.Admin.GetAsync("metrics")).Expect(HttpStatusCode.OK).Text;
        Assert.Matches("gemel_commit_duration_seconds_bucket\\{.*le=\"0.001\"", scrape);
        Assert.Matches("gemel_commit_duration_seconds_bucket\\{.*le=\"0.25\"", scrape);
    }

    private static async Task AssertTellsOfEveryMetricAsync(string scrape)
    {
        string[] lines = await File.ReadAllLinesAsync(scrape, TestContext.Current.CancellationToken);
        string[] shown = [.. lines.Where(line => line.StartsWith("# TYPE gemel_", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
        Assert.Contains("gemel_tls_certificate_expiry_days", shown);
        Assert.All(shown, metric => Assert.Contains(metric, Page.Metrics));
    }

    private static Dictionary<string, string> Replacements(TemporaryFolder folder) => new()
    {
        ["/srv/"] = folder.Combine("srv") + "/",
        ["/backup/"] = folder.Combine("backup") + "/",
        ["samples/"] = Places.Samples + "/",
        ["8080"] = FreePort(),
        ["8443"] = FreePort(),
        ["8883"] = FreePort(),
    };

    private static string FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port.ToString();
    }

    // As the instrument is called, without what Prometheus adds for unit and kind.
    private static string Plain(string metric) => Suffix().Replace(metric, "");

    [GeneratedRegex("(_(bytes|seconds|days))?(_(total|bucket))?$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"""(gemel\.[a-z._]+)""")]
    private static partial Regex Instrument();

    [GeneratedRegex("- alert: ([A-Za-z]+)")]
    private static partial Regex Alert();
}
