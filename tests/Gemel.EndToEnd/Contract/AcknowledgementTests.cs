using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;
using MQTTnet;
using MQTTnet.Formatter;

namespace Gemel.EndToEnd.Contract;

/// <summary>What each kind of message is answered over MQTT.</summary>
public sealed class AcknowledgementTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("""{"flow":1}""", "own", MqttClientPublishReasonCode.Success, null)]
    [InlineData("""{"flow":1,"pressure":"high","nothing":3}""", "own", MqttClientPublishReasonCode.Success, "2")]
    [InlineData("""{"flow":"high"}""", "own", MqttClientPublishReasonCode.PayloadFormatInvalid, "1")]
    [InlineData("""{"$atomic":true,"flow":1,"pressure":"high"}""", "own", MqttClientPublishReasonCode.PayloadFormatInvalid, null)]
    [InlineData("""{"flow":""", "own", MqttClientPublishReasonCode.PayloadFormatInvalid, null)]
    [InlineData("""{"flow":1}""", "other", MqttClientPublishReasonCode.NotAuthorized, null)]
    public async Task Version_5_is_answered_with_the_reason(string payload, string twin, MqttClientPublishReasonCode reason, string? rejected)
    {
        (string id, string secret, string other) = await PumpsAsync();
        await using MqttDevice device = await MqttDevice.ConnectAsync(server.Process, id, secret);
        MqttClientPublishResult result = await device.PublishAsync($"twins/{(twin == "own" ? id : other)}/data", payload);
        Assert.Equal(reason, result.ReasonCode);
        if (rejected is not null)
        {
            Assert.Equal(rejected, MqttDevice.Rejected(result));
        }
        Assert.True(reason == MqttClientPublishReasonCode.Success || result.ReasonString is { Length: > 0 }, "A refusal says why.");
    }

    [Theory]
    [InlineData("twins/nowhere/data")]
    [InlineData("plant/line/machine")]
    [InlineData("twins/x")]
    [InlineData("$SYS/broker")]
    public async Task An_unknown_twin_and_a_topic_outside_the_contract_are_invalid_names(string topic)
    {
        await using MqttDevice device = await MqttDevice.ConnectAsync(server.Process, "admin", server.Process.Key);
        MqttClientPublishResult result = await device.PublishAsync(topic, """{"flow":1}""");
        Assert.Equal(MqttClientPublishReasonCode.TopicNameInvalid, result.ReasonCode);
        Assert.True(device.IsConnected);
    }

    [Theory]
    [InlineData("twins/nowhere/data", """{"flow":1}""")]
    [InlineData("plant/line/machine", """{"flow":1}""")]
    [InlineData("twins/{0}/data", """{"flow":""")]
    public async Task Version_3_is_always_acknowledged_and_the_rejection_is_kept(string topic, string payload)
    {
        (string id, string secret, _) = await PumpsAsync();
        await using MqttDevice device = await MqttDevice.ConnectAsync(server.Process, id, secret, MqttProtocolVersion.V311);
        await device.PublishAsync(string.Format(topic, id), payload);
        Assert.True(device.IsConnected);
        JsonElement kept = (await server.Admin.GetAsync($"api/v1/rejections?device={id}")).Json.GetProperty("value")[0];
        Assert.Equal(payload, kept.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Web_sockets_carry_the_same()
    {
        (string id, string secret, _) = await PumpsAsync();
        await using MqttDevice device = await MqttDevice.ConnectOverWebSocketAsync(server.Process, id, secret);
        Assert.Equal(MqttClientPublishReasonCode.Success, (await device.PublishAsync($"twins/{id}/data", """{"flow":4}""")).ReasonCode);
        Assert.Equal(4, (await server.Admin.StateAsync(id)).GetProperty("flow").GetProperty("$value").GetDouble());
    }

    [Fact]
    public async Task Cbor_is_taken_like_json()
    {
        (string id, string secret, _) = await PumpsAsync();
        await using MqttDevice device = await MqttDevice.ConnectAsync(server.Process, id, secret);
        byte[] cbor = [0xA1, 0x64, .. "flow"u8, 0xFB, 0x40, 0x12, 0, 0, 0, 0, 0, 0];   // {"flow": 4.5}
        Assert.Equal(MqttClientPublishReasonCode.Success, (await device.PublishAsync($"twins/{id}/data", cbor, contentType: "application/cbor")).ReasonCode);
        Assert.Equal(4.5, (await server.Admin.StateAsync(id)).GetProperty("flow").GetProperty("$value").GetDouble());
    }

    [Fact]
    public async Task A_gateway_names_the_twins_in_its_message()
    {
        (string first, _, string second) = await PumpsAsync();
        string gateway = $"gateway-{Guid.NewGuid():N}";
        string secret = await server.Admin.AddDeviceAsync(gateway, JsonSerializer.Serialize(new { twins = new[] { first, second } }));
        await using MqttDevice device = await MqttDevice.ConnectAsync(server.Process, gateway, secret);
        MqttClientPublishResult result = await device.PublishAsync(
            $"devices/{gateway}/data", $$"""[{"$twin":"{{first}}","flow":1},{"$twin":"{{second}}","flow":2},{"$twin":"nowhere","flow":3}]""");
        Assert.Equal((MqttClientPublishReasonCode.Success, "1"), (result.ReasonCode, MqttDevice.Rejected(result)));
        Assert.Equal(2, (await server.Admin.StateAsync(second)).GetProperty("flow").GetProperty("$value").GetDouble());
    }

    private async Task<(string Id, string Secret, string Other)> PumpsAsync()
    {
        string id = $"pump-{Guid.NewGuid():N}";
        await server.Admin.AddTwinAsync($"{id}-other", TestModels.Pump, "\"motor\":{\"$metadata\":{}}");
        return (id, await server.Admin.AddPumpAsync(id), $"{id}-other");
    }
}
