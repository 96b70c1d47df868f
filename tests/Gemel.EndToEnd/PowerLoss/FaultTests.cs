using System.Text.Json;
using Gemel.EndToEnd.Hosting;
using MQTTnet;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>A disk that fails at some call, once or for ever, while messages are in flight: refused clearly, read on, taken up again, nothing lost.</summary>
public sealed class FaultTests
{
    private static readonly TraceKind[] Changing = [TraceKind.Create, TraceKind.Write, TraceKind.Truncate, TraceKind.Rename, TraceKind.Sync, TraceKind.SyncFolder];

    [Fact]
    public async Task A_journal_that_cannot_be_written_makes_the_server_read_only_until_the_disk_is_well_again()
    {
        SkipWhereUnavailable();
        using Layer layer = new();
        await using ServerProcess server = await ServerProcess.StartAsync(layer.Data, [.. layer.Settings, .. TracedRun.BusySettings]);
        Random random = new(20261124);
        int outages = 0;
        Workload load = await Workload.RunAsync(server, async running =>
        {
            await running.WaitForAsync(1_000);
            foreach ((TraceKind kind, int error) in Changing.SelectMany(kind => new[] { (kind, Layer.InputOutputError), (kind, Layer.NoSpace) }))
            {
                layer.Arm(FaultMode.Once, error, random.Next(1, 8), "data/journal", kind);
                await running.WaitForAsync(500);
            }
            foreach ((string part, int error) in new[] { ("data/journal/0", Layer.InputOutputError), ("data/journal/witness", Layer.NoSpace) })
            {
                layer.Arm(FaultMode.ForEver, error, random.Next(1, 20), part, Changing);
                await UntilAsync(server, status => status.GetProperty("phase").GetString() == "readOnly");
                JsonElement status = (await server.Admin.GetAsync("api/v1/status")).Json;
                Assert.Contains("data/journal", status.GetProperty("reason").GetString()!, StringComparison.Ordinal);
                (await server.Admin.GetAsync("digitaltwins/pump-0")).Expect(System.Net.HttpStatusCode.OK);
                (await server.Admin.GetAsync("api/v1/digitaltwins/pump-0/history?paths=count&limit=10")).Expect(System.Net.HttpStatusCode.OK);
                int refused = running.Refused;
                await running.UntilRefusedAsync(refused);
                layer.Disarm();
                await UntilAsync(server, status => status.GetProperty("phase").GetString() == "ready");
                await running.WaitForAsync(500);
                outages++;
            }
        });
        Assert.Equal(2, outages);
        Assert.True(load.Refused > 0);
        Assert.Contains(MqttClientDisconnectReason.ServerBusy, load.Reasons);
        await AssertWholeAsync(layer, load, server.Key);
    }

    [Theory]
    [InlineData("data/history", "history")]
    [InlineData("data/checkpoints", "checkpoint")]
    public async Task A_follower_that_cannot_write_says_so_tries_again_and_loses_nothing(string part, string follower)
    {
        SkipWhereUnavailable();
        using Layer layer = new();
        await using ServerProcess server = await ServerProcess.StartAsync(layer.Data, [.. layer.Settings, .. TracedRun.BusySettings]);
        Random random = new(20261124);
        Workload load = await Workload.RunAsync(server, async running =>
        {
            await running.WaitForAsync(1_000);
            foreach (TraceKind kind in Changing)
            {
                layer.Arm(FaultMode.Once, Layer.InputOutputError, random.Next(1, 3), part, kind);
                await running.WaitForAsync(700);
            }
            layer.Arm(FaultMode.ForEver, Layer.NoSpace, 1, part, Changing);
            await UntilAsync(server, status => layer.Fired > 0 && FailureOf(status, follower) is not null);
            Assert.Equal("ready", (await server.Admin.GetAsync("api/v1/status")).Json.GetProperty("phase").GetString());
            await running.WaitForAsync(200);
            layer.Disarm();
            await UntilAsync(server, status => FailureOf(status, follower) is null);
            await running.WaitForAsync(500);
        });
        await AssertWholeAsync(layer, load, server.Key);
    }

    /// <summary>A second crash, while the first one is being recovered from, at any moment.</summary>
    [Fact]
    public async Task A_power_cut_during_a_recovery_loses_nothing_either()
    {
        SkipWhereUnavailable();
        await using TracedRun run = new();
        await run.InitializeAsync();
        Random random = new(run.Seed);
        List<string> wrong = [];
        int cuts = 0;
        for (int first = 0; first < 3; first++)
        {
            int count = run.ChooseCut(random);
            using Layer layer = new();
            Disk.Materialize(run.DiskAt(count, random.Next()).AfterPowerLoss(random), layer.Root);
            Disk before = Disk.Of(layer.Root);
            await using (ServerProcess server = await ServerProcess.StartAsync(layer.Data, layer.Settings))
            {
                await server.KillAsync();
            }
            IReadOnlyList<TraceEntry> recovery = layer.ReadTrace();
            for (int second = 0; second < 12; second++, cuts++)
            {
                wrong.AddRange(await run.CutAgainAsync(count, before.Copy(), recovery.Take(random.Next(recovery.Count + 1)), random));
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{cuts} power cuts during recoveries.");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>An error at the n-th call of a recovery: the start refuses with the reason, and the next one on a disk that is well again finds everything.</summary>
    [Fact]
    public async Task An_error_during_a_recovery_is_refused_or_borne_and_the_next_start_finds_everything()
    {
        SkipWhereUnavailable();
        await using TracedRun run = new();
        await run.InitializeAsync();
        Random random = new(run.Seed + 1);
        int fired = 0;
        foreach (TraceKind[] kinds in new[] { Changing, [TraceKind.Read], Changing, [TraceKind.Unlink], [TraceKind.Read], Changing })
        {
            int count = run.ChooseCut(random);
            using Layer layer = new();
            Disk.Materialize(run.DiskAt(count, random.Next()).AfterPowerLoss(random), layer.Root);
            layer.Arm(random.Next(2) == 0 ? FaultMode.Once : FaultMode.ForEver, Layer.InputOutputError, random.Next(1, 12), "data/", kinds);
            string log = await StartAndEndAsync(layer);
            fired += Math.Min(1, layer.Fired);
            Assert.DoesNotContain("Unhandled exception", log, StringComparison.Ordinal);
            Assert.Empty(await run.CheckAsync(count, layer.Data));
        }
        Assert.True(fired >= 3, $"Only {fired} faults happened.");
    }

    /// <returns>The log of a start that ended by itself, or of a server that was ready and then killed.</returns>
    private static async Task<string> StartAndEndAsync(Layer layer)
    {
        await using ProgramRun run = ServerProcess.Launch(
            ["serve", "--data", layer.Data, "--http", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0"], layer.Settings.ToDictionary(s => s.Name, s => s.Value));
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20), TimeProvider.System);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (!run.HasExited && !run.Errors.Contains("[2010]", StringComparison.Ordinal))
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
        if (!run.HasExited)
        {
            run.Kill();
        }
        await run.ExitCodeAsync(TestContext.Current.CancellationToken);
        return run.Errors;
    }

    private static string? FailureOf(JsonElement status, string follower) =>
        status.GetProperty("followers").EnumerateArray().Single(f => f.GetProperty("name").GetString() == follower).TryGetProperty("failure", out JsonElement why) ? why.GetString() : null;

    /// <summary>The server changes its mind about its disk in its own time, and tells nobody.</summary>
    internal static async Task UntilAsync(ServerProcess server, Func<JsonElement, bool> holds)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30), TimeProvider.System);
        JsonElement status = default;
        try
        {
            while (!holds(status = (await server.Admin.GetAsync("api/v1/status")).Json))
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Assert.Fail($"Not within 30 s; the status is {status}.");
        }
    }

    private static async Task AssertWholeAsync(Layer layer, Workload load, string key)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{load.Acknowledged} acknowledged, {load.Refused} refused.");
        IReadOnlyList<string> wrong = await new CrashCheck(load, cut: long.MaxValue - 1, key).RunAsync(layer.Data);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static void SkipWhereUnavailable()
    {
        if (Layer.Unavailable is { } reason)
        {
            Assert.Skip(reason);
        }
    }
}
