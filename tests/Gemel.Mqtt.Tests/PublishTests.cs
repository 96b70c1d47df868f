using Gemel.Cluster;
using Gemel.Mqtt.Tests.Hosting;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Gemel.Mqtt.Tests;

public sealed class PublishTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311, 0)]
    [InlineData(MqttProtocolVersion.V311, 1)]
    [InlineData(MqttProtocolVersion.V311, 2)]
    [InlineData(MqttProtocolVersion.V500, 0)]
    [InlineData(MqttProtocolVersion.V500, 1)]
    [InlineData(MqttProtocolVersion.V500, 2)]
    public async Task A_message_of_a_stock_client_reaches_the_instance_in_every_version_and_quality_of_service(MqttProtocolVersion version, int qos)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using IMqttClient client = await door.ConnectAsync("P1", version);
        await PublishAsync(client, "twins/P1/data", "{\"t\":1}", (MqttQualityOfServiceLevel)qos);
        Taken taken = await door.Instance.Ingest.NextAsync();
        Assert.Equal(("device:P1", "P1", "twins/P1/data", "{\"t\":1}"), (taken.Sender, taken.Twin, taken.Topic, taken.Text));
        Assert.Equal(PayloadFormat.Json, taken.Format);
    }

    [Theory]
    [InlineData("twins/P1/data", "good", MqttClientPublishReasonCode.Success, null)]
    [InlineData("twins/P1/data", "part", MqttClientPublishReasonCode.Success, "3")]
    [InlineData("twins/P1/data", "bad", MqttClientPublishReasonCode.PayloadFormatInvalid, "1")]
    [InlineData("twins/P2/data", "good", MqttClientPublishReasonCode.NotAuthorized, "1")]
    [InlineData("twins/unknown/data", "good", MqttClientPublishReasonCode.TopicNameInvalid, "1")]
    [InlineData("devices/P2/data", "good", MqttClientPublishReasonCode.NotAuthorized, null)]
    [InlineData("anything/else", "good", MqttClientPublishReasonCode.TopicNameInvalid, null)]
    [InlineData("twins/P1/state", "good", MqttClientPublishReasonCode.TopicNameInvalid, null)]
    [InlineData("$SYS/broker", "good", MqttClientPublishReasonCode.TopicNameInvalid, null)]
    [InlineData("twins/%ZZ/data", "good", MqttClientPublishReasonCode.TopicNameInvalid, null)]
    public async Task The_reason_of_an_acknowledgement_says_what_became_of_the_message(
        string topic, string payload, MqttClientPublishReasonCode reason, string? rejected)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using IMqttClient client = await door.ConnectAsync("P1");
        MqttClientPublishResult result = await PublishAsync(client, topic, payload, MqttQualityOfServiceLevel.AtLeastOnce);
        Assert.Equal(reason, result.ReasonCode);
        Assert.Equal(rejected, result.UserProperties?.FirstOrDefault(p => p.Name == "rejected")?.ReadValueAsString());
    }

    [Theory]
    [InlineData("twins/P1/data", "part", 0x00)]
    [InlineData("twins/P1/data", "bad", 0x99)]
    [InlineData("twins/P2/data", "good", 0x87)]
    [InlineData("anything/else", "good", 0x90)]
    public async Task A_refused_QoS_2_message_frees_its_identifier(string topic, string payload, byte reason)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync("P1", level: 5);
        await client.SendAsync(RawPackets.Publish(topic, payload, 2, 3, 5));
        byte[] received = await client.ReceiveAsync();
        Assert.Equal([0x50, 0, 3, reason], [received[0], .. RawPackets.BodyOf(received)[..3]]);
        await client.SendAsync(0x62, 2, 0, 3);
        byte[] completed = await client.ReceiveAsync();
        Assert.Equal(reason == 0 ? [0x70, 2, 0, 3] : [0x70, 3, 0, 3, 0x92], completed);
    }

    [Fact]
    public async Task Version_3_always_acknowledges_and_the_refusal_is_recorded()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using IMqttClient client = await door.ConnectAsync("P1", MqttProtocolVersion.V311);
        MqttClientPublishResult result = await PublishAsync(client, "plant/5", "x", MqttQualityOfServiceLevel.AtLeastOnce);
        Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
        Rejection rejection = await door.Instance.Rejections.NextAsync();
        Assert.Equal(("plant/5", "GMT001", "P1"), (rejection.Topic, rejection.Reasons[0].Code.Code, rejection.Device?.Value));
    }

    [Fact]
    public async Task Ids_are_percent_decoded_and_a_gateway_message_has_no_twin()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("gw/1", null, "urn:pump/7+ü");
        using IMqttClient client = await door.ConnectAsync("gw/1");
        await PublishAsync(client, "twins/urn:pump%2F7%2B%C3%BC/data", "1", MqttQualityOfServiceLevel.AtLeastOnce);
        await PublishAsync(client, "devices/gw%2f1/data", "2", MqttQualityOfServiceLevel.AtLeastOnce);
        Assert.Equal("urn:pump/7+ü", (await door.Instance.Ingest.NextAsync()).Twin);
        Assert.Equal("", (await door.Instance.Ingest.NextAsync()).Twin);
    }

    [Fact]
    public async Task The_content_type_chooses_CBOR()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using IMqttClient client = await door.ConnectAsync("P1");
        await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("twins/P1/data").WithPayload([0xA0]).WithContentType("application/cbor")
            .WithUserProperty("a", new byte[] { 1 }).WithResponseTopic("r").WithCorrelationData([1, 2]).Build(), TestContext.Current.CancellationToken);
        Assert.Equal(PayloadFormat.Cbor, (await door.Instance.Ingest.NextAsync()).Format);
    }

    [Fact]
    public async Task A_topic_alias_stands_for_the_topic_it_was_sent_with()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync("P1", level: 5);
        byte[] alias = [0x23, 0, 7];
        await client.SendAsync([
            .. RawPackets.Publish("twins/P1/data"u8.ToArray(), "1"u8.ToArray(), 1, 1, alias),
            .. RawPackets.Publish([], "2"u8.ToArray(), 1, 2, alias)]);
        Assert.Equal([0x40, 2, 0, 1], await client.ReceiveAsync());
        Assert.Equal([0x40, 2, 0, 2], await client.ReceiveAsync());
        _ = await door.Instance.Ingest.NextAsync();
        Assert.Equal(("P1", "2"), await door.Instance.Ingest.NextAsync() is var second ? (second.Twin, second.Text) : default);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_thousand_messages_are_in_flight_and_acknowledged_in_order_only_after_their_commit(byte level)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Ingest.Hold();
        using RawClient client = await door.OpenSocketAsync("P1", level);
        byte[] all = [.. Enumerable.Range(1, 1000).SelectMany(id => RawPackets.Publish("twins/P1/data", $"{id}", 1, (ushort)id, level))];
        await client.SendAsync(all);
        await client.SendAsync(0xC0, 0);
        Assert.Equal([0xD0, 0], await client.ReceiveAsync());   // keep-alive goes on, and nothing is acknowledged before it
        for (int i = 1; i <= 1000; i++)
        {
            Assert.Equal($"{i}", (await door.Instance.Ingest.NextAsync()).Text);
        }
        door.Instance.Ingest.Release();
        for (int id = 1; id <= 1000; id++)
        {
            Assert.Equal([0x40, 2, (byte)(id >> 8), (byte)id], await client.ReceiveAsync());
        }
    }

    [Fact]
    public async Task A_client_that_exceeds_the_receive_maximum_is_disconnected()
    {
        await using Door door = await Door.OpenAsync(options => options.ReceiveMaximum = 1000);
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Ingest.Hold();
        using RawClient client = await door.OpenSocketAsync("P1", level: 5);
        await client.SendAsync([.. Enumerable.Range(1, 1001).SelectMany(id => RawPackets.Publish("twins/P1/data", "1", 1, (ushort)id, 5))]);
        for (int i = 0; i < 1000; i++)
        {
            _ = await door.Instance.Ingest.NextAsync();
        }
        door.Instance.Ingest.Release();
        Assert.Equal((byte)0x93, await client.ReceiveEndAsync());
    }

    [Fact]
    public async Task Version_3_knows_no_receive_maximum_and_waits_instead()
    {
        await using Door door = await Door.OpenAsync(options => options.ReceiveMaximum = 1000);
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Ingest.Hold();
        using RawClient client = await door.OpenSocketAsync("P1", level: 4);
        await client.SendAsync([.. Enumerable.Range(1, 3000).SelectMany(id => RawPackets.Publish("twins/P1/data", "1", 1, (ushort)id, 4))]);
        for (int i = 0; i < 1000; i++)
        {
            _ = await door.Instance.Ingest.NextAsync();
        }
        Assert.False(door.Instance.Ingest.TryNext(out _));
        door.Instance.Ingest.Release();
        for (int id = 1; id <= 3000; id++)
        {
            Assert.Equal(id, RawPackets.PacketIdOf(await client.ReceiveAsync()));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_QoS_2_message_sent_again_is_taken_once_even_over_the_next_connection(byte level)
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        byte[] expiry = [0x11, 0, 0, 1, 0];
        using (RawClient first = await door.OpenSocketAsync())
        {
            await first.SendAsync(RawPackets.Connect("P1", "P1-secret", level, "c", isClean: false, properties: expiry));
            _ = await first.ReceiveAsync();
            await first.SendAsync(RawPackets.Publish("twins/P1/data", "once", 2, 5, level));
            Assert.Equal([0x50, 2, 0, 5], await first.ReceiveAsync());
            await first.SendAsync(RawPackets.Publish("twins/P1/data", "once", 2, 5, level, isDuplicate: true));
            Assert.Equal([0x50, 2, 0, 5], await first.ReceiveAsync());
        }
        using RawClient second = await door.OpenSocketAsync();
        await second.SendAsync(RawPackets.Connect("P1", "P1-secret", level, "c", isClean: false, properties: expiry));
        Assert.Equal(1, (await second.ReceiveAsync())[2]);   // session present
        await second.SendAsync(RawPackets.Publish("twins/P1/data", "once", 2, 5, level, isDuplicate: true));
        Assert.Equal([0x50, 2, 0, 5], await second.ReceiveAsync());
        await second.SendAsync(0x62, 2, 0, 5);
        Assert.Equal([0x70, 2, 0, 5], await second.ReceiveAsync());
        await second.SendAsync(RawPackets.Publish("twins/P1/data", "next", 2, 5, level));
        Assert.Equal([0x50, 2, 0, 5], await second.ReceiveAsync());
        Assert.Equal("once", (await door.Instance.Ingest.NextAsync()).Text);
        Assert.Equal("next", (await door.Instance.Ingest.NextAsync()).Text);
        Assert.False(door.Instance.Ingest.TryNext(out _));
    }

    [Fact]
    public async Task A_release_of_an_unknown_QoS_2_message_says_so()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using RawClient client = await door.OpenSocketAsync("P1", level: 5);
        await client.SendAsync(0x62, 2, 0, 9);
        Assert.Equal([0x70, 3, 0, 9, 0x92], await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_failed_commit_is_not_acknowledged_and_ends_the_connection()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        ErrorCode full = new("GMC999", 507, true, "The disk is full.", "");
        door.Instance.Ingest.Failure = new GemelException(full.With());
        using RawClient client = await door.OpenSocketAsync("P1", level: 5);
        await client.SendAsync(RawPackets.Publish("twins/P1/data", "1", 1, 1, 5));
        byte[] last = await client.ReceiveAsync();
        Assert.Equal([0xE0, 0x97], [last[0], RawPackets.BodyOf(last)[0]]);
        Assert.Empty(await client.ReceiveAsync());
        _ = await door.Instance.Presence.NextAsync();
        Assert.Equal("commitFailed", (await door.Instance.Presence.NextAsync()).Detail);
    }

    [Fact]
    public async Task Data_refused_for_want_of_room_is_answered_with_the_reason_and_the_connection_stays()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Ingest.Failure = new GemelException(ClusterErrors.DiskReserved.With("/data", 1, 2, "5%"));
        using RawClient client = await door.OpenSocketAsync("P1", level: 5);
        await client.SendAsync([.. RawPackets.Publish("twins/P1/data", "0", 0, 0, 5), .. RawPackets.Publish("twins/P1/data", "1", 1, 1, 5), .. RawPackets.Publish("twins/P1/data", "2", 2, 2, 5)]);
        (byte Header, byte Packet, byte Reason)[] answers = [Read(await client.ReceiveAsync()), Read(await client.ReceiveAsync())];
        Assert.Equal([(0x40, 1, 0x97), (0x50, 2, 0x97)], answers);

        door.Instance.Ingest.Failure = null;
        await client.SendAsync(RawPackets.Publish("twins/P1/data", "3", 1, 2, 5));
        byte[] taken = await client.ReceiveAsync();
        Assert.Equal([0x40, 2, 0, 2], taken);

        static (byte, byte, byte) Read(byte[] packet) => (packet[0], RawPackets.BodyOf(packet)[1], RawPackets.BodyOf(packet)[2]);
    }

    [Fact]
    public async Task Data_refused_for_want_of_room_is_never_acknowledged_to_an_older_client()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Ingest.Failure = new GemelException(ClusterErrors.DiskReserved.With("/data", 1, 2, "5%"));
        using RawClient client = await door.OpenSocketAsync("P1", level: 4);
        await client.SendAsync(RawPackets.Publish("twins/P1/data", "1", 1, 1, 4));
        Assert.Empty(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Messages_sent_right_before_the_end_of_the_connection_are_taken()
    {
        await using Door door = await Door.OpenAsync();
        door.Instance.Bind("P1", null, "P1");
        using (RawClient client = await door.OpenSocketAsync("P1", level: 4))
        {
            await client.SendAsync([.. RawPackets.Publish("twins/P1/data", "last", 0, 0, 4), 0xE0, 0]);
        }
        Assert.Equal("last", (await door.Instance.Ingest.NextAsync()).Text);
        _ = await door.Instance.Presence.NextAsync();
        Assert.Equal("normal", (await door.Instance.Presence.NextAsync()).Detail);
    }

    private static Task<MqttClientPublishResult> PublishAsync(IMqttClient client, string topic, string payload, MqttQualityOfServiceLevel qos) =>
        client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(qos).Build(), TestContext.Current.CancellationToken);
}
