using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;
using MQTTnet;

namespace Gemel.EndToEnd.Restart;

/// <summary>What is the same after a restart, and what says that there was one.</summary>
public sealed class RestartTests
{
    private static readonly string[] Paths =
    [
        "digitaltwins/pump-1", "digitaltwins/pump-2", "digitaltwins/pump-1/components/motor", "digitaltwins/pump-1/relationships", "digitaltwins/pump-2/incomingrelationships",
        "models?includeModelDefinition=true", "api/v1/digitaltwins", "api/v1/digitaltwins/pump-1/history?include=all", "api/v1/digitaltwins/pump-2/history?include=all",
        "api/v1/digitaltwins/pump-1/state", "api/v1/digitaltwins/station/state",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Everything_reads_the_same_after_a_restart_but_for_the_quality_of_device_values(bool killed)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await FillAsync(server.Admin);
        string[] before = await AllAsync(server.Admin);

        await EndAsync(server, killed);
        await server.StartAgainAsync();

        string[] after = await AllAsync(server.Admin);
        for (int i = 0; i < Paths.Length; i++)
        {
            Assert.Equal(before[i], after[i]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Device_values_are_uncertain_after_a_restart_until_refreshed_and_that_is_no_sample(bool killed)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await FillAsync(server.Admin);

        await EndAsync(server, killed);
        await server.StartAgainAsync();

        JsonElement flow = (await server.Admin.StateAsync("pump-1")).GetProperty("flow");
        Assert.Equal((2d, "uncertain", "restarted"), (flow.GetProperty("$value").GetDouble(), flow.GetProperty("$quality").GetString(), flow.GetProperty("$reason").GetString()));
        Assert.Equal(2, await PointsAsync(server.Admin));
        (await server.Admin.PostAsync("api/v1/devices/pump-1/data", """{"$time":"2026-05-01T00:00:02Z","flow":3}""")).Expect(HttpStatusCode.OK);
        JsonElement state = await server.Admin.StateAsync("pump-1");
        Assert.Equal("good", state.GetProperty("flow").GetProperty("$quality").GetString());
        Assert.Equal("uncertain", state.GetProperty("motor").GetProperty("temperature").GetProperty("$quality").GetString());
        Assert.Equal(3, await PointsAsync(server.Admin));
    }

    [Fact]
    public async Task A_stop_under_load_ends_with_0_within_ten_seconds_and_loses_nothing_acknowledged()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await server.Admin.AddModelsAsync(TestModels.All);
        string secret = await server.Admin.AddPumpAsync("pump-1");
        await using MqttDevice device = await MqttDevice.ConnectAsync(server, "pump-1", secret);
        await using ChangeWatcher watcher = await ChangeWatcher.OpenAsync(server.Admin, "api/v1/streams/changes");
        TaskCompletionSource busy = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<List<int>> sending = SendUntilRefusedAsync(device, busy);
        await busy.Task;

        Assert.Equal(0, await server.StopAsync());

        List<int> acknowledged = await sending;
        Assert.NotEmpty(acknowledged);
        await server.StartAgainAsync();
        HashSet<int> stored = [];
        await foreach (JsonElement page in server.Admin.PagesAsync("api/v1/digitaltwins/pump-1/history?paths=count&include=all"))
        {
            stored.UnionWith(page.GetProperty("series")[0].GetProperty("points").EnumerateArray().Select(p => p.GetProperty("v").GetInt32()));
        }
        Assert.Empty(acknowledged.Except(stored));
    }

    [Fact]
    public async Task A_device_that_is_gone_for_the_grace_time_makes_its_values_uncertain_until_it_is_back()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(settings: ("Ingest__CommLostGrace", "1s"));
        await server.Admin.AddModelsAsync(TestModels.All);
        string secret = await server.Admin.AddPumpAsync("pump-1");
        await using (MqttDevice device = await MqttDevice.ConnectAsync(server, "pump-1", secret))
        {
            await device.PublishAsync("twins/pump-1/data", """{"flow":1}""");
            JsonElement present = (await server.Admin.GetAsync("api/v1/devices/pump-1")).Json;
            Assert.True(present.GetProperty("connected").GetBoolean());
            Assert.Equal("good", await QualityAsync(server.Admin));
        }
        await QualityBecomesAsync(server.Admin, "uncertain");
        JsonElement gone = (await server.Admin.GetAsync("api/v1/devices/pump-1")).Json;
        Assert.False(gone.GetProperty("connected").GetBoolean());
        Assert.NotEmpty(gone.GetProperty("lastEnd").GetString()!);
        Assert.Equal("commLost", (await server.Admin.StateAsync("pump-1")).GetProperty("flow").GetProperty("$reason").GetString());

        await using MqttDevice back = await MqttDevice.ConnectAsync(server, "pump-1", secret);
        await back.PublishAsync("twins/pump-1/data", """{"flow":2}""");
        Assert.Equal("good", await QualityAsync(server.Admin));
    }

    private static async Task FillAsync(GemelClient admin)
    {
        await admin.AddModelsAsync(TestModels.All);
        await admin.AddPumpAsync("pump-1");
        await admin.AddPumpAsync("pump-2");
        await admin.AddTwinAsync("station", TestModels.Station, "\"name\":\"north\"");
        (await admin.PostAsync("api/v1/devices/pump-1/data", """[{"$time":"2026-05-01T00:00:00Z","flow":1,"serial":"häß \"1\"","state":"open"},{"$time":"2026-05-01T00:00:01Z","flow":2,"vibration":0.25,"motor":{"temperature":40}}]""")).Expect(HttpStatusCode.OK);
        (await admin.PostAsync("api/v1/devices/pump-2/data", """{"total":9007199254740993,"ratio":0.1,"running":true,"flow":null}""")).Expect(HttpStatusCode.OK);
        (await admin.PutAsync("digitaltwins/pump-1/relationships/r", """{"$relationshipName":"feeds","$targetId":"pump-2","length":1.5}""")).Expect(HttpStatusCode.OK);
        (await admin.PatchAsync("digitaltwins/station", """[{"op":"replace","path":"/name","value":"south"}]""")).Expect(HttpStatusCode.NoContent);
    }

    private static async Task EndAsync(ServerProcess server, bool killed)
    {
        if (killed)
        {
            await server.KillAsync();
        }
        else
        {
            Assert.Equal(0, await server.StopAsync());
        }
    }

    private static async Task<string[]> AllAsync(GemelClient admin)
    {
        List<string> all = [];
        foreach (string path in Paths)
        {
            all.Add(WithoutRestartMark((await admin.GetAsync(path)).Expect(HttpStatusCode.OK).Json));
        }
        return [.. all];
    }

    /// <summary>The overlay of quality is what a restart adds; everything else stays to the byte.</summary>
    private static string WithoutRestartMark(JsonElement answer)
    {
        JsonNode node = JsonNode.Parse(answer.GetRawText())!;
        Strip(node);
        return node.ToJsonString();

        static void Strip(JsonNode? node)
        {
            if (node is JsonArray array)
            {
                foreach (JsonNode? element in array)
                {
                    Strip(element);
                }
            }
            else if (node is JsonObject members)
            {
                foreach (string name in (string[])["quality", "reason", "$quality", "$reason"])
                {
                    members.Remove(name);
                }
                foreach (JsonNode? value in members.Select(m => m.Value))
                {
                    Strip(value);
                }
            }
        }
    }

    private static async Task<int> PointsAsync(GemelClient admin) =>
        (await admin.GetAsync("api/v1/digitaltwins/pump-1/history?paths=flow&include=all")).Json.GetProperty("series")[0].GetProperty("points").GetArrayLength();

    private static async Task<string?> QualityAsync(GemelClient admin) => (await admin.StateAsync("pump-1")).GetProperty("flow").GetProperty("$quality").GetString();

    /// <summary>Time passes within the server, which tells of it to nobody: the only way to see it is to ask.</summary>
    private static async Task QualityBecomesAsync(GemelClient admin, string quality)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20), TimeProvider.System);
        while (await QualityAsync(admin) != quality)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>Keeps sending until the server stops taking; tells of what was acknowledged.</summary>
    private static async Task<List<int>> SendUntilRefusedAsync(MqttDevice device, TaskCompletionSource busy)
    {
        List<int> acknowledged = [];
        for (int i = 0; device.IsConnected; i++)
        {
            try
            {
                MqttClientPublishResult result = await device.PublishAsync("twins/pump-1/data", $$"""{"count":{{i}}}""");
                if (result.ReasonCode == MqttClientPublishReasonCode.Success)
                {
                    acknowledged.Add(i);
                }
            }
            catch (Exception closed) when (closed is not Xunit.Sdk.XunitException)
            {
                break;   // the server went while the message was on its way: it was not acknowledged
            }
            if (i == 200)
            {
                busy.SetResult();
            }
        }
        return acknowledged;
    }
}
