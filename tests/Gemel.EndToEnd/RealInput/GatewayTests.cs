using System.Net;
using System.Text;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.RealInput;

/// <summary>Two hundred test beds behind one gateway: one connection, tags that a mapping resolves.</summary>
public sealed class GatewayTests
{
    private const int Beds = 200;
    private const int BedsPerMessage = 50;
    private const int Seconds = 120;
    private const int InFlight = 100;

    [Fact]
    public Task Two_hundred_recorded_test_beds_read_back_exactly_through_one_gateway() => ReadsBackAsync(SkabFiles.Read("anomaly-free/anomaly-free")[0]);

    [Fact]
    public Task Two_hundred_simulated_test_beds_read_back_exactly_through_one_gateway() => ReadsBackAsync(PlantRuns.AsTestBed(Seconds + Beds));

    private static async Task ReadsBackAsync(RecordedRun recording)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        IReadOnlyList<RecordedRun> beds = [.. Enumerable.Range(0, Beds).Select(bed => Bed(recording, bed))];
        string secret = await ProvisionAsync(server.Admin, beds);
        ReplayCheck check = new(server, beds);
        using DeviceSender gateway = new(server.Mqtt, "gateway", secret, InFlight);

        await gateway.SendAsync([.. Messages(beds)], TestContext.Current.CancellationToken);

        await check.TwinsAreAtTheLastRowAsync();
        await check.HistoryIsTheRecordingAsync();
    }

    /// <summary>Each bed has its own stretch of the recording, at the times of the first: one gateway reads all its tags at one moment.</summary>
    private static RecordedRun Bed(RecordedRun recording, int bed)
    {
        return new RecordedRun($"bed-{bed:000}", SkabFiles.Model,
            [.. Enumerable.Range(0, Seconds).Select(i => RecordedRun.FlatRow(recording.Rows[i].Time, Sensors(recording.Rows[i + bed])))]);

        static RecordedValue[] Sensors(RecordedRow row) => [.. row.Values.Take(SkabFiles.SensorPaths.Count)];
    }

    private static async Task<string> ProvisionAsync(GemelClient admin, IReadOnlyList<RecordedRun> beds)
    {
        await admin.AddModelsAsync(SkabFiles.Models);
        foreach (RecordedRun bed in beds)
        {
            await admin.AddTwinAsync(bed.Twin, bed.Model);
        }
        using StringContent mapping = new(SkabFiles.Mapping, Encoding.UTF8, "application/yaml");
        (await admin.SendAsync(HttpMethod.Put, "api/v1/mappings/skab", mapping)).Expect(HttpStatusCode.Created);
        string settings = JsonSerializer.Serialize(new { twins = beds.Select(b => b.Twin), mapping = "skab" });
        return await admin.AddDeviceAsync("gateway", settings);
    }

    private static IEnumerable<OutgoingMessage> Messages(IReadOnlyList<RecordedRun> beds)
    {
        for (int second = 0; second < Seconds; second++)
        {
            foreach (int[] part in Enumerable.Range(0, Beds).Chunk(BedsPerMessage))
            {
                yield return new OutgoingMessage("devices/gateway/data", Payload(beds, part, second));
            }
        }
    }

    private static byte[] Payload(IReadOnlyList<RecordedRun> beds, int[] part, int second)
    {
        StringBuilder json = new($$"""{"datetime":"{{beds[0].Rows[second].Time[..19].Replace('T', ' ')}}" """);
        foreach (int bed in part)
        {
            foreach ((string column, string value) in SkabFiles.Sensors(beds[bed].Rows[second]))
            {
                json.Append($",\"BED{bed:000}.{column}\":{value}");
            }
        }
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }
}
