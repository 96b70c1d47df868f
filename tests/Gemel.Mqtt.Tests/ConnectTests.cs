using Gemel.Cluster;
using Gemel.Mqtt.Tests.Hosting;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Gemel.Mqtt.Tests;

public sealed class ConnectTests
{
    [Theory]
    [InlineData(4, "P1", "wrong", new byte[] { 0x20, 2, 0, 4 })]
    [InlineData(4, "nobody", "nobody-secret", new byte[] { 0x20, 2, 0, 4 })]
    [InlineData(5, "P1", "wrong", new byte[] { 0x86 })]
    [InlineData(5, "admin", "wrong", new byte[] { 0x86 })]
    public async Task A_wrong_credential_is_refused(byte level, string user, string password, byte[] expected)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync();
        await client.SendAsync(RawPackets.Connect(user, password, level, "c"));
        byte[] answer = await client.ReceiveAsync();
        Assert.Equal(expected, level == 4 ? answer : [RawPackets.BodyOf(answer)[1]]);
        Assert.Empty(await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_client_without_credentials_is_refused()
    {
        await using Door door = await Door.OpenAsync();
        using RawClient client = await door.OpenSocketAsync();
        await client.SendAsync(RawPackets.Packet(0x10, [0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 1, (byte)'c']));
        Assert.Equal([0x20, 2, 0, 4], await client.ReceiveAsync());
        Assert.Empty(await client.ReceiveAsync());
    }

    [Fact]
    public async Task The_connection_acknowledgement_states_the_limits()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        MqttClientConnectResult result = await client.ConnectAsync(
            door.ClientOptions("P1").WithClientId("").WithSessionExpiryInterval(uint.MaxValue).Build(), TestContext.Current.CancellationToken);
        Assert.Equal((ushort?)4096, result.ReceiveMaximum);
        Assert.Equal(1024 * 1024u, result.MaximumPacketSize);
        Assert.Equal(1024, result.TopicAliasMaximum);
        Assert.Equal(86_400u, result.SessionExpiryInterval);
        Assert.StartsWith("auto-", result.AssignedClientIdentifier, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_of_different_devices_with_the_same_identifier_do_not_disturb_each_other()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Bind("P2", null, "P2");
        using RawClient first = await door.OpenSocketAsync("P1", 5, clientId: "same");
        using RawClient second = await door.OpenSocketAsync("P2", 5, clientId: "same");
        await first.SendAsync(RawPackets.Publish("twins/P1/data", "1", 1, 1, 5));
        await second.SendAsync(RawPackets.Publish("twins/P2/data", "2", 1, 1, 5));
        Assert.Equal([0x40, 2, 0, 1], await first.ReceiveAsync());
        Assert.Equal([0x40, 2, 0, 1], await second.ReceiveAsync());
    }

    [Fact]
    public async Task A_second_connection_of_the_same_client_takes_over_and_presence_shows_it()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient first = await door.OpenSocketAsync("P1", 5, clientId: "same");
        using RawClient second = await door.OpenSocketAsync("P1", 5, clientId: "same");
        Assert.Equal((byte)0x8E, await first.ReceiveEndAsync());
        Assert.Equal(new PresenceEvent(true, "P1", "same"), await door.Instance.Presence.NextAsync());
        Assert.Equal(new PresenceEvent(false, "P1", "takenOver"), await door.Instance.Presence.NextAsync());
        Assert.Equal(new PresenceEvent(true, "P1", "same"), await door.Instance.Presence.NextAsync());
        await second.SendAsync(0xC0, 0);
        Assert.Equal([0xD0, 0], await second.ReceiveAsync());
    }

    [Fact]
    public async Task A_silent_socket_is_closed_after_the_connect_timeout()
    {
        await using Door door = await Door.OpenAsync();
        using RawClient silent = await door.OpenSocketAsync();
        Task<byte[]> end = silent.ReceiveAsync();
        await door.Connections(1);
        door.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(end.IsCompleted);
        door.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(await end);
    }

    [Fact]
    public async Task Keep_alive_ends_a_client_that_says_nothing_and_spares_one_that_publishes()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync();
        await client.SendAsync(RawPackets.Connect("P1", "P1-secret", 5, "c", keepAlive: 10));
        _ = await client.ReceiveAsync();
        for (ushort id = 1; id <= 5; id++)
        {
            door.Clock.Advance(TimeSpan.FromSeconds(8));
            await client.SendAsync(RawPackets.Publish("twins/P1/data", "1", 1, id, 5));
            Assert.Equal(id, RawPackets.PacketIdOf(await client.ReceiveAsync()));
        }
        door.Clock.Advance(TimeSpan.FromSeconds(1));
        door.Clock.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal((byte)0x8D, await client.ReceiveEndAsync());
        _ = await door.Instance.Presence.NextAsync();
        Assert.Equal("keepAliveTimeout", (await door.Instance.Presence.NextAsync()).Detail);
    }

    [Fact]
    public async Task A_new_secret_ends_the_connections_made_with_the_former_one()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync("P1", 5);
        door.Instance.Bind("P1", "another", "P1");
        door.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((byte)0x98, await client.ReceiveEndAsync());
    }

    [Fact]
    public async Task More_connections_than_allowed_are_closed_at_once()
    {
        await using Door door = await Door.OpenAsync(options => options.MaxConnections = 1);
        door.Instance.Bind("P1", null, "P1");
        using RawClient first = await door.OpenSocketAsync("P1", 5);
        Assert.Empty(await door.ReceiveOfTooManyAsync());
        await first.SendAsync(0xC0, 0);
        Assert.Equal([0xD0, 0], await first.ReceiveAsync());
    }

    [Fact]
    public async Task A_stopping_server_answers_what_it_has_taken_and_says_goodbye()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Ingest.Hold();
        using RawClient client = await door.OpenSocketAsync("P1", 5);
        await client.SendAsync(RawPackets.Publish("twins/P1/data", "1", 1, 1, 5));
        _ = await door.Instance.Ingest.NextAsync();
        Task stop = door.StopAsync();
        door.Instance.Ingest.Release();
        Assert.Equal([0x40, 2, 0, 1], await client.ReceiveAsync());
        Assert.Equal((byte)0x8B, await client.ReceiveEndAsync());
        await stop;
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task WebSocket_clients_are_served_at_mqtt(MqttProtocolVersion version)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        MqttClientOptions options = new MqttClientOptionsBuilder().WithWebSocketServer(web => web.WithUri($"ws://127.0.0.1:{door.WebPort}/mqtt"))
            .WithProtocolVersion(version).WithTimeout(TimeSpan.FromSeconds(60)).WithCredentials("P1", "P1-secret").Build();
        using IMqttClient client = await Door.ConnectAsync(options);
        await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("twins/P1/data").WithPayload("ws")
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(), TestContext.Current.CancellationToken);
        Assert.Equal("ws", (await door.Instance.Ingest.NextAsync()).Text);
    }

    [Theory]
    [InlineData("twins/P2/data")]
    [InlineData("devices/P2/data")]
    [InlineData("twins/P1/state")]
    [InlineData("twins/+/data")]
    public async Task A_will_on_a_foreign_topic_is_refused_at_the_door(string topic)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync();
        byte[] Text(string text) => [0, (byte)text.Length, .. System.Text.Encoding.UTF8.GetBytes(text)];
        await client.SendAsync(RawPackets.Packet(0x10, [.. Text("MQTT"), 4, 0xC6, 0, 0, .. Text("c"), .. Text(topic), .. Text("x"), .. Text("P1"), .. Text("P1-secret")]));
        Assert.Equal([0x20, 2, 0, 5], await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_will_is_published_when_the_connection_is_lost_and_not_after_a_normal_end()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        MqttClientOptions options = door.ClientOptions("P1").WithWillTopic("twins/P1/data").WithWillPayload("gone").Build();
        using (IMqttClient polite = await Door.ConnectAsync(options))
        {
            await polite.DisconnectAsync(new MqttClientDisconnectOptions(), TestContext.Current.CancellationToken);
        }
        _ = await door.Instance.Presence.NextAsync();
        Assert.Equal("normal", (await door.Instance.Presence.NextAsync()).Detail);
        Assert.False(door.Instance.Ingest.TryNext(out _));
        using (IMqttClient rude = await Door.ConnectAsync(options))
        {
            rude.Dispose();
        }
        Assert.Equal("gone", (await door.Instance.Ingest.NextAsync()).Text);
    }

    [Fact]
    public async Task A_credential_that_was_withdrawn_leaves_no_will()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Bind("P2", null, "P2");
        MqttClientOptions options = door.ClientOptions("P1").WithWillTopic("twins/P1/data").WithWillPayload("of the thief").Build();
        using IMqttClient thief = await Door.ConnectAsync(options);
        _ = await door.Instance.Presence.NextAsync();
        door.Instance.Bind("P1", "another", "P1");
        door.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("credentialsChanged", (await door.Instance.Presence.NextAsync()).Detail);
        await door.Connections(0);
        using RawClient other = await door.OpenSocketAsync("P2", 5);
        await other.SendAsync(RawPackets.Publish("twins/P2/data", "after", 1, 1, 5));
        Assert.Equal("after", (await door.Instance.Ingest.NextAsync()).Text);
    }

    [Fact]
    public async Task A_delayed_will_waits_and_a_client_that_returns_stops_it()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        MqttClientOptions options = door.ClientOptions("P1").WithWillTopic("twins/P1/data").WithWillPayload("gone").WithWillDelayInterval(30)
            .WithSessionExpiryInterval(600).WithCleanStart(false).Build();
        await LoseAsync();
        door.Clock.Advance(TimeSpan.FromSeconds(20));
        await LoseAsync();
        door.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.False(door.Instance.Ingest.TryNext(out _));
        door.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("gone", (await door.Instance.Ingest.NextAsync()).Text);

        async Task LoseAsync()
        {
            (await Door.ConnectAsync(options)).Dispose();
            Assert.True((await door.Instance.Presence.NextAsync()).IsConnected);
            Assert.Equal("connectionLost", (await door.Instance.Presence.NextAsync()).Detail);
            await door.Connections(0);
        }
    }

    [Fact]
    public async Task A_session_is_forgotten_when_its_time_is_over()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        byte[] expiry = [0x11, 0, 0, 0, 60];
        Assert.Equal(0, await ConnectAndEndAsync());
        door.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, await ConnectAndEndAsync());
        door.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(0, await ConnectAndEndAsync());

        async Task<byte> ConnectAndEndAsync()
        {
            using RawClient client = await door.OpenSocketAsync();
            await client.SendAsync(RawPackets.Connect("P1", "P1-secret", 5, "c", isClean: false, properties: expiry));
            byte[] accepted = await client.ReceiveAsync();
            await client.SendAsync(0xE0, 0);
            Assert.Empty(await client.ReceiveAsync());
            await door.Connections(0);
            return accepted[2];
        }
    }

    [Fact]
    public async Task A_server_that_is_starting_says_so()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Status = new InstanceStatus(InstancePhase.Starting, 0.5, null, []);
        using RawClient client = await door.OpenSocketAsync();
        await client.SendAsync(RawPackets.Connect("P1", "P1-secret", 5, "c"));
        Assert.Equal(0x88, RawPackets.BodyOf(await client.ReceiveAsync())[1]);
    }
}
