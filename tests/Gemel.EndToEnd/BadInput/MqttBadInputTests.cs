using System.Text;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;
using MQTTnet;

namespace Gemel.EndToEnd.BadInput;

/// <summary>Bad messages over MQTT: the reason in the acknowledgement, a kept rejection, nothing changed.</summary>
public sealed class MqttBadInputTests(FilledServer server) : IClassFixture<FilledServer>
{
    private const int KeptBytes = 64 * 1024;
    private const byte Disconnect = 0xE0;
    private const byte MalformedPacket = 0x81;
    private const byte TopicNameInvalid = 0x90;
    private const byte PacketTooLarge = 0x95;

    public static TheoryData<string> Payloads =>
    [
        "", "{", "nonsense", "null", "7", "\"text\"", "[1]", "{}x", """{"flow":1,}""",
        """{"flow":NaN}""", """{"flow":Infinity}""", """{"flow":-Infinity}""",
        """{"nothing":1}""", """{"engine":{"temperature":1}}""", """{"motor":{"nothing":1}}""",
        """{"flow":1,"flow":2}""", """{"$time":"yesterday","flow":1}""", """{"$time":{},"flow":1}""", """{"$nothing":1}""",
    ];

    /// <summary>Values that do not fit: nothing of them is taken, but their path becomes bad.</summary>
    public static TheoryData<string> Misfits =>
    [
        """{"flow":1e999}""", """{"count":2147483648}""", """{"count":1.5}""", """{"total":9223372036854775808}""", """{"ratio":1e39}""", """{"flow":"much"}""",
        """{"running":1}""", """{"serial":5}""", """{"state":"ajar"}""", """{"flow":[1]}""", """{"flow":{"$value":1,"$unit":"volt"}}""", """{"flow":{"$value":1,"$quality":"fine"}}""",
    ];

    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task A_payload_that_makes_no_sense_is_refused_and_changes_nothing(string payload)
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        await AssertRefusedAsync(Encoding.UTF8.GetBytes(payload));
        await untouched.AssertAsync();
    }

    [Fact]
    public async Task Invalid_utf8_nesting_of_ten_thousand_and_foreign_cbor_are_refused()
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        await AssertRefusedAsync([.. "{\"serial\":\""u8, 0xFF, 0xFE, .. "\"}"u8]);
        await AssertRefusedAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"motor\":", 10_000)) + "1" + new string('}', 10_000)));
        await AssertRefusedAsync(Encoding.UTF8.GetBytes(new string('[', 10_000)));
        await AssertRefusedAsync([0xA1, 0x64, .. "flow"u8], "application/cbor");
        await untouched.AssertAsync();
    }

    [Theory]
    [MemberData(nameof(Misfits))]
    public async Task A_value_beyond_its_type_is_refused_and_the_last_value_stays(string payload)
    {
        string id = $"misfit-{Guid.NewGuid():N}";
        string secret = await server.Admin.AddPumpAsync(id);
        await using MqttDevice device = await MqttDevice.ConnectAsync(server.Process, id, secret);
        await device.PublishAsync($"twins/{id}/data", """{"flow":1,"count":2,"total":3,"ratio":0.5,"running":true,"serial":"s","state":"open"}""");
        string twin = (await server.Admin.GetAsync($"digitaltwins/{id}")).Text;
        MqttClientPublishResult result = await device.PublishAsync($"twins/{id}/data", payload);
        Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, result.ReasonCode);
        Assert.Contains("GM", result.ReasonString);
        string property = JsonSerializer.Deserialize<JsonElement>(payload.Replace("1e999", "0")).EnumerateObject().First().Name;
        JsonElement state = (await server.Admin.StateAsync(id)).GetProperty(property);
        Assert.Equal(JsonSerializer.Deserialize<JsonElement>(twin).GetProperty(property).GetRawText(), state.GetProperty("$value").GetRawText());
        Assert.Equal(("bad", "invalid"), (state.GetProperty("$quality").GetString(), state.GetProperty("$reason").GetString()));
    }

    [Theory]
    [InlineData("twins/other/data", MqttClientPublishReasonCode.NotAuthorized)]
    [InlineData("devices/other/data", MqttClientPublishReasonCode.NotAuthorized)]
    [InlineData("twins/pump/desired", MqttClientPublishReasonCode.TopicNameInvalid)]
    [InlineData("twins/pump/state", MqttClientPublishReasonCode.TopicNameInvalid)]
    [InlineData("twins/pump/changes", MqttClientPublishReasonCode.TopicNameInvalid)]
    [InlineData("twins//data", MqttClientPublishReasonCode.TopicNameInvalid)]
    [InlineData("twins/pump/data/more", MqttClientPublishReasonCode.TopicNameInvalid)]
    [InlineData("/twins/pump/data", MqttClientPublishReasonCode.TopicNameInvalid)]
    [InlineData("Twins/pump/data", MqttClientPublishReasonCode.TopicNameInvalid)]
    [InlineData("twins/%FF/data", MqttClientPublishReasonCode.TopicNameInvalid)]
    public async Task Another_devices_topic_and_topics_outside_the_contract_are_refused(string topic, MqttClientPublishReasonCode reason)
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        await using MqttDevice device = await MqttDevice.ConnectAsync(server.Process, "pump", server.Secret);
        MqttClientPublishResult result = await device.PublishAsync(topic, """{"flow":5}""");
        // An unknown or foreign twin may be answered as not authorised: a device must not learn which twins there are.
        Assert.True(result.ReasonCode == reason || result.ReasonCode == MqttClientPublishReasonCode.NotAuthorized, $"{topic}: {result.ReasonCode}");
        Assert.True(device.IsConnected);
        await untouched.AssertAsync();
    }

    [Theory]
    [InlineData("twins/+/data")]
    [InlineData("twins/#")]
    [InlineData("#")]
    public async Task A_wildcard_in_a_publish_topic_ends_the_connection(string topic)
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        using RawConnection connection = await RawConnection.ConnectAsync(server.Process.Mqtt, "pump", server.Secret);
        await connection.SendAsync(RawConnection.Publish(topic, 1, "{\"flow\":5}"u8.ToArray()));
        AssertDisconnected(await connection.ReceiveToEndAsync(), TopicNameInvalid, MalformedPacket);
        await untouched.AssertAsync();
    }

    [Fact]
    public async Task An_oversized_packet_ends_its_connection_before_its_body_is_read()
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        using RawConnection connection = await RawConnection.ConnectAsync(server.Process.Mqtt, "pump", server.Secret);
        byte[] header = [0x32, .. RawConnection.VariableLength(200_000_000)];
        await connection.SendAsync(header);
        AssertDisconnected(await connection.ReceiveToEndAsync(), PacketTooLarge);
        await untouched.AssertAsync();
    }

    [Fact]
    public async Task A_packet_at_the_limit_is_taken()
    {
        string id = $"large-{Guid.NewGuid():N}";
        string secret = await server.Admin.AddPumpAsync(id);
        await using MqttDevice device = await MqttDevice.ConnectAsync(server.Process, id, secret);
        byte[] payload = Encoding.UTF8.GetBytes($$"""{"flow":8{{new string(' ', 1024 * 1024 - 200)}}}""");
        Assert.Equal(MqttClientPublishReasonCode.Success, (await device.PublishAsync($"twins/{id}/data", payload)).ReasonCode);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_a_packet_leaves_what_came_before_and_nothing_of_the_packet()
    {
        string id = $"cut-{Guid.NewGuid():N}";
        string secret = await server.Admin.AddPumpAsync(id);
        byte[] first = RawConnection.Publish($"twins/{id}/data", 1, "{\"flow\":1}"u8.ToArray());
        byte[] second = RawConnection.Publish($"twins/{id}/data", 2, "{\"flow\":2}"u8.ToArray());
        using (RawConnection connection = await RawConnection.ConnectAsync(server.Process.Mqtt, id, secret))
        {
            await connection.SendAsync(first);
            await connection.ReceiveAsync(4);
            await connection.SendAsync(second.AsMemory(0, second.Length - 3));
        }
        await using MqttDevice device = await MqttDevice.ConnectAsync(server.Process, id, secret);
        await device.PublishAsync($"twins/{id}/data", """{"pressure":1}""");
        Assert.Equal(1, (await server.Admin.StateAsync(id)).GetProperty("flow").GetProperty("$value").GetDouble());
    }

    [Theory]
    [InlineData(new byte[] { 0x00, 0x00 })]
    [InlineData(new byte[] { 0x10, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0x32, 0x05, 0x00, 0x7F, 0x41, 0x41, 0x41 })]
    [InlineData(new byte[] { 0xF0, 0x00 })]
    [InlineData(new byte[] { 0x36, 0x02, 0x00, 0x00 })]
    public async Task Bytes_that_are_no_packet_end_their_connection(byte[] bytes)
    {
        Untouched untouched = await Untouched.WatchAsync(server.Process);
        using (RawConnection stranger = await RawConnection.OpenAsync(server.Process.Mqtt))
        {
            await stranger.SendAsync(bytes);
            await stranger.ReceiveToEndAsync();
        }
        using RawConnection known = await RawConnection.ConnectAsync(server.Process.Mqtt, "pump", server.Secret);
        await known.SendAsync(bytes);
        await known.ReceiveToEndAsync();
        await untouched.AssertAsync();
    }

    [Fact]
    public async Task A_request_of_http_at_the_mqtt_door_is_turned_away()
    {
        using RawConnection browser = await RawConnection.OpenAsync(server.Process.Mqtt);
        await browser.SendAsync("GET / HTTP/1.1\r\nHost: gemel\r\n\r\n"u8.ToArray());
        await browser.ReceiveToEndAsync();
        Assert.False(server.Process.HasExited);
    }

    private async Task AssertRefusedAsync(byte[] payload, string? contentType = null)
    {
        await using MqttDevice device = await MqttDevice.ConnectAsync(server.Process, "pump", server.Secret);
        MqttClientPublishResult result = await device.PublishAsync("twins/pump/data", payload, contentType: contentType);
        Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, result.ReasonCode);
        Assert.StartsWith("GM", result.ReasonString);
        JsonElement kept = (await server.Admin.GetAsync("api/v1/rejections?device=pump&limit=1")).Json.GetProperty("value")[0];
        Assert.Equal(payload.Length, kept.GetProperty("payloadBytes").GetInt32());
        Assert.Equal(payload.Take(KeptBytes), kept.GetProperty("payload").GetBytesFromBase64());
    }

    private static void AssertDisconnected(byte[] bytes, params byte[] reasons)
    {
        Assert.True(bytes.Length >= 3 && bytes[0] == Disconnect, $"Expected DISCONNECT, found {Convert.ToHexString(bytes)}");
        Assert.Contains(bytes[2], reasons);
    }
}
