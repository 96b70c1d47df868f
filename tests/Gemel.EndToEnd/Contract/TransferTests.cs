using System.Net;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Contract;

/// <summary><c>gemel import</c> and <c>gemel export</c> as a user runs them.</summary>
public sealed class TransferTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_graph_goes_from_one_server_to_another()
    {
        using TemporaryFolder files = new();
        await using ServerProcess first = await ServerProcess.StartAsync();
        await first.Admin.AddModelsAsync(TestModels.All);
        await first.Admin.AddPumpAsync("a");
        await first.Admin.AddPumpAsync("b");
        (int exported, string said) = await RunAsync(first, "export", files.Combine("plant.ndjson"));
        Assert.True(exported == 0, said);

        await using ServerProcess second = await ServerProcess.StartAsync();
        (int imported, string told) = await RunAsync(second, "import", files.Combine("plant.ndjson"), "--json");
        Assert.True(imported == 0, told);
        JsonElement job = JsonDocument.Parse(told).RootElement;
        Assert.Equal((3, 2), (job.GetProperty("progress").GetProperty("models").GetInt32(), job.GetProperty("progress").GetProperty("twins").GetInt32()));
        (await second.Admin.GetAsync("digitaltwins/a")).Expect(HttpStatusCode.OK);

        File.Copy(files.Combine("plant.ndjson"), Path.Combine(second.Data, "imports", "again.ndjson"));
        (int again, string answer) = await RunAsync(second, "import", "again.ndjson", "--on-server", "--log", "again.log");
        Assert.True(again == 0, answer);
        Assert.Contains("Succeeded", (await File.ReadAllLinesAsync(Path.Combine(second.Data, "imports", "again.log"), Cancelled))[^1]);
    }

    [Fact]
    public async Task What_is_not_taken_is_told_by_line_and_ends_with_1()
    {
        using TemporaryFolder files = new();
        await using ServerProcess server = await ServerProcess.StartAsync();
        string file = files.Combine("bad.ndjson");
        await File.WriteAllLinesAsync(file, ["{\"Section\":\"Header\"}", "{\"fileVersion\":\"1.0.0\"}", "{\"Section\":\"Twins\"}", "{\"$dtId\":\"x\",\"$metadata\":{\"$model\":\"dtmi:no:Such;1\"}}"], Cancelled);
        (int code, string said) = await RunAsync(server, "import", file);
        Assert.Equal(1, code);
        Assert.Contains("line 4:", said);
        Assert.Contains("dtmi:no:Such;1", said);
        (code, said) = await RunAsync(server, "import", "../gemel.json", "--on-server");
        Assert.Equal(1, code);
        Assert.Contains("GMC050", said);
    }

    private static async Task<(int Code, string Output)> RunAsync(ServerProcess server, params string[] arguments)
    {
        await using ProgramRun run = ServerProcess.Launch([.. arguments, "--url", server.Http.ToString(), "--data", server.Data]);
        int code = await run.ExitCodeAsync(Cancelled);
        return (code, run.Output + run.Errors);
    }
}
