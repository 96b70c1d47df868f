using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.RealInput;

/// <summary>Recorded runs through MQTT 5 with QoS 1 and a hundred messages in flight.</summary>
public sealed class RecordedRunTests
{
    private const int KillSeed = 20_200_309;
    private const int Kills = 8;

    [Fact]
    public Task The_recorded_test_bed_reads_back_exactly() => ReadsBackAsync(SkabFiles.Read(), SkabFiles.Models);

    [Fact]
    public Task The_demo_plant_reads_back_exactly() => ReadsBackAsync(PlantRuns.Devices(seconds: 900), PlantRuns.Models);

    [Fact]
    public Task The_recorded_test_bed_survives_kills() => SurvivesKillsAsync(SkabFiles.Read("valve1/0", "valve1/1"), SkabFiles.Models);

    [Fact]
    public Task The_demo_plant_survives_kills() => SurvivesKillsAsync(PlantRuns.Devices(seconds: 400), PlantRuns.Models);

    private static async Task ReadsBackAsync(IReadOnlyList<RecordedRun> runs, string models)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        ReplayCheck replay = new(server, runs);
        await replay.ProvisionAsync(models);
        await using ChangeWatcher watcher = await ChangeWatcher.OpenAsync(server.Admin, "api/v1/streams/changes");
        StreamCheck stream = new(watcher, runs);
        Task seeing = stream.SeeAllAsync();

        await replay.SendAsync();

        await replay.TwinsAreAtTheLastRowAsync();
        await replay.HistoryIsTheRecordingAsync();
        await replay.CsvIsTheRecordingAsync(runs[0]);
        await replay.MissingSecondsStayMissingAsync(runs[0]);
        await seeing;
        Assert.Equal((0, 0), (replay.Resent, stream.Repetitions));
    }

    private static async Task SurvivesKillsAsync(IReadOnlyList<RecordedRun> runs, string models)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(settings: ("Checkpoint__Interval", "2s"));
        ReplayCheck replay = new(server, runs);
        await replay.ProvisionAsync(models);
        await using ChangeWatcher watcher = await ChangeWatcher.OpenAsync(server.Admin, "api/v1/streams/changes");
        StreamCheck stream = new(watcher, runs);
        Killer killer = new(server, KillSeed, Kills, runs.Sum(r => r.Rows.Count));
        Task seeing = stream.SeeAllAsync();
        Task killing = killer.RunAsync();

        await replay.SendAsync(killer.Count);

        await killing;
        Assert.True(replay.Resent > 0, "No message was in flight at any kill: the test showed nothing.");
        await replay.TwinsAreAtTheLastRowAsync();
        await replay.HistoryIsTheRecordingAsync();
        await seeing;
        Assert.InRange(watcher.Connections, 2, Kills + 1);
    }
}
