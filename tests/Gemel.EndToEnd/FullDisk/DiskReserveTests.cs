using System.Net;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;
using MQTTnet;
using MQTTnet.Protocol;

namespace Gemel.EndToEnd.FullDisk;

public sealed class DiskReserveTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disk_that_is_nearly_full_refuses_device_data_with_the_reason_and_takes_it_again_by_itself()
    {
        using SmallDisk disk = SmallDisk.Mount(megabytes: 48);
        await using ServerProcess server = await ServerProcess.StartAsync(Path.Combine(disk.Path, "data"), ("DISKRESERVE", "16MiB"));
        await server.Admin.AddModelsAsync(TestModels.All);
        string secret = await server.Admin.AddPumpAsync("pump-1");
        await using MqttDevice device = await MqttDevice.ConnectAsync(server, "pump-1", secret);
        Assert.Equal(MqttClientPublishReasonCode.Success, (await device.PublishAsync("twins/pump-1/data", """{"count":1}""")).ReasonCode);

        string filler = Path.Combine(disk.Path, "filler");
        await File.WriteAllBytesAsync(filler, new byte[34 << 20], Cancelled);
        MqttClientPublishResult refused = await UntilAsync(device, MqttClientPublishReasonCode.QuotaExceeded);

        Assert.Contains("GMC005", refused.ReasonString);
        Assert.True(device.IsConnected);
        (await server.Admin.PostAsync("api/v1/devices/pump-1/data", """{"count":2}""")).ExpectError(HttpStatusCode.InsufficientStorage, "InsufficientStorage", "GMC005");
        JsonElement health = (await server.Admin.GetAsync("health/ready")).Expect(HttpStatusCode.OK).Json;
        Assert.True(health.GetProperty("ingestRefused").GetBoolean());
        Assert.Contains("--disk-reserve", (await server.Admin.PostAsync("api/v1/devices/pump-1/data", """{"count":2}""")).Text);
        Assert.Contains("kept free", (await server.Admin.GetAsync("api/v1/status")).Json.GetProperty("ingestRefused").GetString());
        Assert.Contains("gemel_ingest_refusing", (await server.Admin.GetAsync("metrics")).Text);
        // Commands, reads and deletions go on.
        (await server.Admin.PatchAsync("digitaltwins/pump-1", """[{"op":"add","path":"/serial","value":"S-1"}]""")).Expect(HttpStatusCode.NoContent);
        await server.Admin.AddTwinAsync("station", TestModels.Station);
        (await server.Admin.DeleteAsync("digitaltwins/station")).Expect(HttpStatusCode.NoContent);

        File.Delete(filler);
        await UntilAsync(device, MqttClientPublishReasonCode.Success);
        Assert.False((await server.Admin.GetAsync("api/v1/status")).Json.TryGetProperty("ingestRefused", out _));
    }

    [Fact]
    public async Task A_server_whose_disk_takes_not_one_byte_more_still_gives_a_backup_of_all_that_it_acknowledged()
    {
        using SmallDisk disk = SmallDisk.Mount(megabytes: 48);
        await using ServerProcess server = await ServerProcess.StartAsync(Path.Combine(disk.Path, "data"));
        await server.Admin.AddModelsAsync(TestModels.All);
        await server.Admin.AddPumpAsync("pump-1");
        disk.Fill();

        JsonElement backup = (await server.Admin.PostAsync("api/v1/backups", "")).Expect(HttpStatusCode.Created).Json;

        long durable = (await server.Admin.GetAsync("api/v1/status")).Json.GetProperty("durableCommit").GetInt64();
        Assert.Equal(durable, backup.GetProperty("commit").GetInt64());
    }

    /// <summary>The server looks at its disk on its own: the only way to see that it has is to send again.</summary>
    private static async Task<MqttClientPublishResult> UntilAsync(MqttDevice device, MqttClientPublishReasonCode reason)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (true)
        {
            MqttClientPublishResult result = await device.PublishAsync("twins/pump-1/data", """{"count":3}""");
            if (result.ReasonCode == reason)
            {
                return result;
            }
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
