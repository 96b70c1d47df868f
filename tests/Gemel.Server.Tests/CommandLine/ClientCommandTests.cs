using System.Text.Json;
using Gemel.Server.Clients;
using Gemel.Server.CommandLine;

namespace Gemel.Server.Tests.CommandLine;

/// <summary>The client commands against a server that runs.</summary>
public sealed class ClientCommandTests : IAsyncLifetime
{
    private const string TestBed = "dtmi:gemel:samples:skab:TestBed;1";

    private readonly TemporaryFolder _folder = new();
    private LiveServer? _started;

    private LiveServer Server => _started ?? throw new InvalidOperationException("The server is not started.");

    public async ValueTask InitializeAsync() => _started = await LiveServer.StartAsync(_folder["data"]);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Models_are_added_all_or_none_and_listed()
    {
        string bad = _folder.Write("bad.json", "{\n\"@context\":\"dtmi:dtdl:context;3\",\n\"@id\":\"dtmi:x;1\",\n\"@type\":\"Interfaze\"}");
        CommandRun refused = await Server.RunAsync("models", "add", Samples("skab"), bad);
        Assert.Equal(1, refused.Code);
        Assert.Contains(refused.ErrorLines, line => line.Contains($" at {bad}:4:", StringComparison.Ordinal));
        Assert.Empty(await RowsAsync("models", "list"));

        CommandRun added = await Server.RunAsync("models", "add", Samples("skab"), Samples("pumping-station"));
        Assert.Equal((0, ""), (added.Code, added.Error));
        Assert.EndsWith("10 models\n", added.Output, StringComparison.Ordinal);
        Assert.Contains(TestBed, (await RowsAsync("models", "list")).Select(model => model.GetProperty("id").GetString()));

        CommandRun again = await Server.RunAsync("models", "add", Samples("skab"));
        Assert.StartsWith($"gemel: GMM090 at {Path.Combine(Samples("skab"), "models", "TestBed.json")}:", Assert.Single(again.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_come_from_arguments_and_files_and_show_a_secret_once()
    {
        JsonElement device = Assert.Single(await RowsAsync("device", "add", "gw", "--twin", "T1", "--twin", "T2"));
        Assert.Equal(["T1", "T2"], device.GetProperty("twins").EnumerateArray().Select(t => t.GetString()));
        Assert.False(string.IsNullOrEmpty(device.GetProperty("secret").GetString()));

        string file = _folder.Write("devices.csv", "device,twin\ngw,T3\np1,\n");
        CommandRun added = await Server.RunAsync("device", "add", "--from", file, "--secrets", _folder["secrets.csv"]);
        Assert.Equal(new CommandRun(0, $"1 added, 1 changed. The secrets are in {_folder["secrets.csv"]}.\n", ""), added);
        Assert.Equal(["device", "p1"], (await File.ReadAllLinesAsync(_folder["secrets.csv"], TestContext.Current.CancellationToken)).Select(line => line.Split(',')[0]));

        JsonElement[] listed = await RowsAsync("device", "list");
        Assert.Equal(["gw: T3", "p1: p1"], listed.Select(d => $"{d.GetProperty("deviceId")}: {string.Join(' ', d.GetProperty("twins").EnumerateArray())}"));
        Assert.Equal("p1", Assert.Single(await RowsAsync("device", "list", "--prefix", "p")).GetProperty("deviceId").GetString());

        Assert.Equal(new CommandRun(0, "gw is removed.\n", ""), await Server.RunAsync("device", "remove", "gw"));
        CommandRun gone = await Server.RunAsync("device", "remove", "gw");
        Assert.Equal((1, "gemel: GMC011"), (gone.Code, Assert.Single(gone.ErrorLines)[..13]));
    }

    [Fact]
    public async Task A_recorded_file_becomes_the_twins_state_and_its_history_as_device_and_as_administrator()
    {
        await AddTestBedAsync("bed-1");
        string secret = Assert.Single(await RowsAsync("device", "add", "bed-1")).GetProperty("secret").GetString()!;
        string csv = _folder.Write("run.csv", "datetime;Current;Pressure\n2020-02-08 13:30:47;2.17;0.38\n2020-02-08 13:30:48;2.19;0.39\n");
        string[] replay = ["replay", csv, "--map", Path.Combine(Samples("skab"), "mapping.yaml"), "--speed", "max", "--mqtt", Server.Mqtt];
        const string All = "2 rows; 2 messages sent, 2 taken, 0 refused, 0 sent again; 0 values rejected\n";
        Assert.Equal(new CommandRun(0, All, ""), await CommandRun.Of([.. replay, "--device", "bed-1", "--secret", secret]));
        Assert.Equal(new CommandRun(0, All, ""), await Server.RunAsync([.. replay, "--device", "bed-1"]));

        using ServerClient client = Connect();
        JsonElement twin = await client.GetAsync("digitaltwins/bed-1", TestContext.Current.CancellationToken);
        Assert.Equal("2.19", twin.GetProperty("current").GetRawText());
        JsonElement history = await client.GetAsync("api/v1/digitaltwins/bed-1/history?paths=current", TestContext.Current.CancellationToken);
        Assert.Equal(["2.17", "2.19"], history.GetProperty("series")[0].GetProperty("points").EnumerateArray().Select(p => p.GetProperty("v").GetRawText()));
    }

    [Fact]
    public async Task A_replay_without_the_device_that_its_mapping_asks_for_is_exit_code_2()
    {
        string csv = _folder.Write("run.csv", "datetime;Current\n2020-02-08 13:30:47;2.17\n");
        string map = Path.Combine(Samples("skab"), "mapping.yaml");
        CommandRun unnamed = await Server.RunAsync("replay", csv, "--map", map, "--mqtt", Server.Mqtt);
        Assert.Equal((2, "gemel: GMX040"), (unnamed.Code, Assert.Single(unnamed.ErrorLines)[..13]));
        CommandRun wrong = await CommandRun.Of("replay", csv, "--map", map, "--mqtt", Server.Mqtt, "--device", "bed-1", "--secret", "wrong");
        Assert.Equal((1, "gemel: GMX002"), (wrong.Code, Assert.Single(wrong.ErrorLines)[..13]));
    }

    [Fact]
    public async Task A_query_goes_through_all_pages_and_says_where_a_text_is_wrong()
    {
        await AddTestBedAsync([.. Enumerable.Range(0, 120).Select(i => $"bed-{i:000}")]);
        Assert.Equal(
            Enumerable.Range(0, 120).Select(i => $"bed-{i:000}"),
            (await RowsAsync("query", "SELECT * FROM DIGITALTWINS")).Select(row => row.GetProperty("$dtId").GetString()).Order(StringComparer.Ordinal));
        CommandRun table = await Server.RunAsync("query", "SELECT * FROM DIGITALTWINS T WHERE T.$dtId = 'bed-007'");
        Assert.Equal((0, ""), (table.Code, table.Error));
        Assert.Contains($"bed-007   {TestBed}", table.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 row\n", table.Output, StringComparison.Ordinal);

        CommandRun wrong = await Server.RunAsync("query", "SELECT * FORM DIGITALTWINS");
        Assert.Equal((1, ""), (wrong.Code, wrong.Output));
        Assert.All(wrong.ErrorLines, line => Assert.Matches("^gemel: GMQ[0-9]{3} at 1:[0-9]+: ", line));
    }

    [Fact]
    public async Task The_status_shows_what_there_is()
    {
        JsonElement status = Assert.Single(await RowsAsync("status"));
        Assert.Equal(("ready", 0), (status.GetProperty("phase").GetString(), status.GetProperty("counts").GetProperty("twins").GetInt32()));
        Assert.Matches("state +ready", (await Server.RunAsync("status")).Output);
    }

    [Fact]
    public async Task A_key_that_the_server_does_not_know_is_one_line_and_exit_code_1()
    {
        CommandRun run = await CommandRun.Of("status", "--url", Server.Http, "--key-file", _folder.Write("key", "another"));
        Assert.Equal(1, run.Code);
        Assert.StartsWith("gemel: GMW", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private async Task AddTestBedAsync(params string[] twins)
    {
        Assert.Equal(0, (await Server.RunAsync("models", "add", Samples("skab"))).Code);
        using ServerClient client = Connect();
        foreach (string twin in twins)
        {
            await client.SendAsync(HttpMethod.Put, $"digitaltwins/{twin}", """{"$metadata":{"$model":"dtmi:gemel:samples:skab:TestBed;1"}}"""u8.ToArray(), TestContext.Current.CancellationToken);
        }
    }

    private async Task<JsonElement[]> RowsAsync(params string[] arguments)
    {
        CommandRun run = await Server.RunAsync([.. arguments, "--json"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    private ServerClient Connect() => ServerClient.To(new ServerTarget(new Uri(Server.Http), Server.Key));

    private static string Samples(string name) => Path.Combine(AppContext.BaseDirectory, "samples", name);
}
