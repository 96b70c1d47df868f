using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Gemel.Cluster;
using Gemel.Graph;
using Gemel.Modeling;
using Gemel.Mqtt.Tests.Hosting;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Gemel.Mqtt.Tests;

public sealed class OutputTests
{
    private static readonly Column Temperature = new()
    {
        Number = 0,
        Role = ColumnRole.Property,
        Name = "temperature",
        Component = null,
        Schema = new PrimitiveSchema(PrimitiveType.Double),
        NameUtf8 = "temperature"u8.ToArray(),
    };

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task State_comes_retained_on_subscribing_and_then_at_each_change(MqttProtocolVersion version)
    {
        await using Door door = await OpenAsync();
        door.States.Twins["P1"] = "{\"v\":1}";
        await using Subscriber subscriber = await Subscriber.ConnectAsync(door, "P1", version);
        await subscriber.SubscribeAsync("twins/P1/state");
        MqttApplicationMessage first = await subscriber.NextAsync();
        Assert.Equal(("twins/P1/state", "{\"v\":1}", true), (first.Topic, first.ConvertPayloadToString(), first.Retain));
        door.States.Twins["P1"] = "{\"v\":2}";
        door.Instance.Changes.Publish(Change("P1", 11, 21.5));
        MqttApplicationMessage second = await subscriber.NextAsync();
        Assert.Equal(("{\"v\":2}", false), (second.ConvertPayloadToString(), second.Retain));
        door.States.Twins.Clear();
        door.Instance.Changes.Publish(new TwinEvent { Kind = TwinEventKind.TwinDeleted, Twin = TwinId.Create("P1"), Model = new("dtmi:x;1"), Token = new(12, 0), Time = At(1), Actor = "key:admin" });
        Assert.Equal(0, (await subscriber.NextAsync()).Payload.Length);
    }

    [Fact]
    public async Task Changes_come_each_in_order_as_the_streams_write_them()
    {
        await using Door door = await OpenAsync();
        await using Subscriber subscriber = await Subscriber.ConnectAsync(door, "P1");
        await subscriber.SubscribeAsync("twins/P1/changes", MqttQualityOfServiceLevel.AtLeastOnce);
        await door.Instance.Changes.Started;
        door.Instance.Changes.Publish(Change("P1", 10, 0));   // before the subscription
        for (int i = 1; i <= 500; i++)
        {
            door.Instance.Changes.Publish(Change("P1", 10 + i, i + 0.5), Change("P2", 10 + i, -1));
        }
        for (int i = 1; i <= 500; i++)
        {
            using JsonDocument change = JsonDocument.Parse((await subscriber.NextAsync()).ConvertPayloadToString());
            Assert.Equal(10 + i, change.RootElement.GetProperty("commit").GetInt64());
            JsonElement value = change.RootElement.GetProperty("values")[0];
            Assert.Equal(("temperature", i + 0.5, "uncertain", "clock", true),
                (value.GetProperty("path").GetString(), value.GetProperty("v").GetDouble(), value.GetProperty("q").GetString(),
                    value.GetProperty("reason").GetString(), value.GetProperty("late").GetBoolean()));
            Assert.Equal("2026-01-01T00:00:00.0000000Z", value.GetProperty("t").GetString());
        }
    }

    [Theory]
    [InlineData("twins/+/state", new[] { "twins/P1/state", "twins/P3/state" })]
    [InlineData("twins/#", new[] { "twins/P1/state", "twins/P3/state" })]
    [InlineData("#", new[] { "twins/P1/state", "twins/P3/state" })]
    [InlineData("+/+/state", new[] { "twins/P1/state", "twins/P3/state" })]
    [InlineData("twins/P1/+", new[] { "twins/P1/state" })]
    public async Task Wildcards_are_narrowed_to_the_twins_of_the_device(string filter, string[] topics)
    {
        await using Door door = await OpenAsync();
        door.Instance.Bind("P1", null, "P1", "P3");
        foreach (string twin in new[] { "P1", "P2", "P3" })
        {
            door.States.Twins[twin] = "{}";
        }
        await using Subscriber subscriber = await Subscriber.ConnectAsync(door, "P1");
        await subscriber.SubscribeAsync(filter);
        List<string> received = [];
        foreach (string _ in topics)
        {
            received.Add((await subscriber.NextAsync()).Topic);
        }
        Assert.Equal(topics, received.Order());
        door.Instance.Changes.Publish(Change("P2", 11, 1));
        door.Instance.Changes.Publish(Change("P1", 12, 1));
        Assert.Contains("P1", (await subscriber.NextAsync()).Topic, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_twin_taken_from_a_device_is_not_sent_any_more_and_a_new_one_is()
    {
        await using Door door = await OpenAsync();
        foreach (string twin in new[] { "P1", "P2" })
        {
            door.States.Twins[twin] = $"{{\"of\":\"{twin}\"}}";
        }
        await using Subscriber subscriber = await Subscriber.ConnectAsync(door, "P1");
        await subscriber.SubscribeAsync("twins/+/state");
        Assert.Equal("twins/P1/state", (await subscriber.NextAsync()).Topic);
        door.Instance.Bind("P1", null, "P2");
        door.Instance.Changes.Publish(Change("P1", 11, 1), Change("P2", 11, 1));
        Assert.Equal("twins/P2/state", (await subscriber.NextAsync()).Topic);
        door.Instance.Changes.Publish(Change("P1", 12, 1), Change("P2", 12, 1));
        Assert.Equal("twins/P2/state", (await subscriber.NextAsync()).Topic);
    }

    [Theory]
    [InlineData("twins/P2/state", MqttClientSubscribeResultCode.NotAuthorized)]
    [InlineData("devices/P2/rejections", MqttClientSubscribeResultCode.NotAuthorized)]
    [InlineData("twins/P1/desired", MqttClientSubscribeResultCode.ImplementationSpecificError)]
    [InlineData("twins/P1/commands/#", MqttClientSubscribeResultCode.ImplementationSpecificError)]
    [InlineData("twins/P1/data", MqttClientSubscribeResultCode.TopicFilterInvalid)]
    [InlineData("$SYS/#", MqttClientSubscribeResultCode.TopicFilterInvalid)]
    [InlineData("$share/g/twins/P1/state", MqttClientSubscribeResultCode.SharedSubscriptionsNotSupported)]
    public async Task Filters_outside_the_contract_are_refused_each_in_its_place(string filter, MqttClientSubscribeResultCode code)
    {
        await using Door door = await OpenAsync();
        await using Subscriber subscriber = await Subscriber.ConnectAsync(door, "P1");
        MqttClientSubscribeOptions options = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter("twins/P1/state", MqttQualityOfServiceLevel.AtMostOnce)
            .WithTopicFilter(filter, MqttQualityOfServiceLevel.ExactlyOnce)
            .WithTopicFilter("twins/P1/changes", MqttQualityOfServiceLevel.AtLeastOnce).Build();
        MqttClientSubscribeResult result = await subscriber.Client.SubscribeAsync(options, TestContext.Current.CancellationToken);
        Assert.Equal([MqttClientSubscribeResultCode.GrantedQoS0, code, MqttClientSubscribeResultCode.GrantedQoS1], result.Items.Select(item => item.ResultCode));
    }

    [Fact]
    public async Task Version_3_gets_failure_codes_in_place()
    {
        await using Door door = await OpenAsync();
        using RawClient client = await door.OpenSocketAsync("P1", 4);
        byte[] Filter(string filter, byte qos) => [0, (byte)filter.Length, .. Encoding.UTF8.GetBytes(filter), qos];
        await client.SendAsync(RawPackets.Packet(0x82, [0, 9, .. Filter("twins/P1/changes", 0), .. Filter("twins/P2/state", 1), .. Filter("twins/P1/state", 2)]));
        Assert.Equal([0x90, 5, 0, 9, 0, 0x80, 2], await client.ReceiveAsync());
    }

    [Fact]
    public async Task An_administrator_sees_all_twins()
    {
        await using Door door = await OpenAsync();
        await using Subscriber subscriber = await Subscriber.ConnectAsync(door, "admin");
        await subscriber.SubscribeAsync("twins/+/changes");
        await door.Instance.Changes.Started;
        door.Instance.Changes.Publish(Change("P1", 11, 1), Change("any/other", 11, 1));
        Assert.Equal("twins/P1/changes", (await subscriber.NextAsync()).Topic);
        Assert.Equal("twins/any%2Fother/changes", (await subscriber.NextAsync()).Topic);
    }

    [Fact]
    public async Task Rejections_reach_the_device_they_concern()
    {
        await using Door door = await OpenAsync();
        await using Subscriber subscriber = await Subscriber.ConnectAsync(door, "P1");
        await subscriber.SubscribeAsync("devices/+/rejections");
        await door.Instance.Rejections.Followed;
        using IMqttClient publisher = await Door.ConnectAsync(door.ClientOptions("P1").WithClientId("another").Build());
        await publisher.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("no/topic").WithPayload("x").Build(), TestContext.Current.CancellationToken);
        MqttApplicationMessage message = await subscriber.NextAsync();
        Assert.Equal("devices/P1/rejections", message.Topic);
        using JsonDocument rejection = JsonDocument.Parse(message.ConvertPayloadToString());
        Assert.Equal("GMT001", rejection.RootElement.GetProperty("reasons")[0].GetProperty("code").GetString());
        Assert.Equal("x", rejection.RootElement.GetProperty("payload").GetString());
    }

    [Fact]
    public async Task A_slow_subscriber_gets_the_newest_state_and_is_told_how_many_changes_it_lost()
    {
        await using Door door = await OpenAsync(options => (options.MaxQueuedMessages, options.MaxUnacknowledgedSends) = (10, 1));
        using RawClient client = await door.OpenSocketAsync("P1", 5);
        byte[] filter = [.. "twins/P1/changes"u8];
        await client.SendAsync(RawPackets.Packet(0x82, [0, 9, 0, 0, (byte)filter.Length, .. filter, 1]));
        Assert.Equal(0x90, (await client.ReceiveAsync())[0]);
        await door.Instance.Changes.Started;
        door.Instance.Changes.Publish(Change("P1", 11, 0));
        byte[] first = await client.ReceiveAsync();   // not acknowledged: the window of one is full
        await using Subscriber witness = await Subscriber.ConnectAsync(door, "admin");
        await witness.SubscribeAsync("twins/end/changes");
        for (int i = 1; i <= 30; i++)
        {
            door.Instance.Changes.Publish(Change("P1", 11 + i, i));
        }
        door.Instance.Changes.Publish(Change("end", 99, 0));
        _ = await witness.NextAsync();
        (int received, int dropped, byte[] packet) = (0, 0, first);
        while (true)
        {
            int topicBytes = 2 + "twins/P1/changes".Length;
            byte[] body = RawPackets.BodyOf(packet);
            received++;
            dropped += DroppedOf(body);
            if (Encoding.UTF8.GetString(body).Contains("\"commit\":41,", StringComparison.Ordinal))
            {
                break;
            }
            await client.SendAsync(0x40, 2, body[topicBytes], body[topicBytes + 1]);
            packet = await client.ReceiveAsync();
        }
        Assert.Equal(31, received + dropped);
        Assert.InRange(received, 11, 12);   // ten in the queue, and those on their way
    }

    private static int DroppedOf(byte[] body)
    {
        int at = body.AsSpan().IndexOf("dropped"u8);
        return at < 0 ? 0 : int.Parse(Encoding.ASCII.GetString(body, at + 9, body[at + 8]), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_persistent_session_gets_what_it_missed()
    {
        await using Door door = await OpenAsync();
        MqttClientOptions options = door.ClientOptions("P1").WithCleanStart(false).WithSessionExpiryInterval(600).Build();
        await using (Subscriber first = await Subscriber.ConnectAsync(options))
        {
            await first.SubscribeAsync("twins/P1/changes", MqttQualityOfServiceLevel.AtLeastOnce);
            await door.Instance.Changes.Started;
        }
        await door.Connections(0);
        door.Instance.Changes.Publish(Change("P1", 11, 1));
        door.Instance.Changes.Publish(Change("P1", 12, 2));
        await using Subscriber second = await Subscriber.ConnectAsync(options);
        Assert.Contains("\"commit\":11,", (await second.NextAsync()).ConvertPayloadToString(), StringComparison.Ordinal);
        Assert.Contains("\"commit\":12,", (await second.NextAsync()).ConvertPayloadToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_reads_the_changes_when_nobody_subscribes()
    {
        await using Door door = await OpenAsync();
        await using Subscriber subscriber = await Subscriber.ConnectAsync(door, "P1");
        Assert.Equal(0, door.Instance.Changes.Readers);
        await subscriber.SubscribeAsync("twins/P1/changes");
        await door.Instance.Changes.Started;
        await subscriber.Client.UnsubscribeAsync("twins/P1/changes", TestContext.Current.CancellationToken);
        await door.Instance.Changes.Ended;
        Assert.Equal(0, door.Instance.Changes.Readers);
    }

    [Fact]
    public async Task Subscription_identifiers_of_overlapping_filters_come_with_the_message()
    {
        await using Door door = await OpenAsync();
        await using Subscriber subscriber = await Subscriber.ConnectAsync(door, "P1");
        foreach ((string filter, uint identifier) in new[] { ("twins/P1/changes", 7u), ("twins/+/changes", 8u) })
        {
            await subscriber.Client.SubscribeAsync(
                new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter).WithSubscriptionIdentifier(identifier).Build(), TestContext.Current.CancellationToken);
        }
        await door.Instance.Changes.Started;
        door.Instance.Changes.Publish(Change("P1", 11, 1));
        Assert.Equal([7u, 8u], (await subscriber.NextAsync()).SubscriptionIdentifiers.Order());
    }

    private static async Task<Door> OpenAsync(Action<MqttOptions>? configure = null)
    {
        Door door = await Door.OpenAsync(configure);
        door.Instance.Bind("P1", null, "P1");
        door.Instance.Bind("P2", null, "P2");
        return door;
    }

    private static Timestamp At(int second) => Timestamp.From(new DateTimeOffset(2026, 1, 1, 0, 0, second, TimeSpan.Zero));

    private static TwinEvent Change(string twin, long commit, double value) => new()
    {
        Kind = TwinEventKind.TwinUpdated,
        Twin = TwinId.Create(twin),
        Model = new ModelId("dtmi:test:Pump;1"),
        Token = new ResumeToken(commit, 0),
        Time = At(1),
        Actor = "device:P1",
        Values =
        [
            new ValueChange(Temperature, ValueKind.Double, BitConverter.DoubleToInt64Bits(value), default, At(0), Quality.Uncertain, "clock", CellFlags.Late),
            new ValueChange(Temperature, ValueKind.Double, BitConverter.DoubleToInt64Bits(value), default, At(1), Quality.Good, null, CellFlags.None),
        ],
    };

    private sealed class Subscriber : IAsyncDisposable
    {
        private readonly Channel<MqttApplicationMessage> _messages = Channel.CreateUnbounded<MqttApplicationMessage>();

        public IMqttClient Client { get; } = new MqttClientFactory().CreateMqttClient();

        public static Task<Subscriber> ConnectAsync(Door door, string device, MqttProtocolVersion version = MqttProtocolVersion.V500) =>
            ConnectAsync(door.ClientOptions(device, version).Build());

        public static async Task<Subscriber> ConnectAsync(MqttClientOptions options)
        {
            Subscriber subscriber = new();
            subscriber.Client.ApplicationMessageReceivedAsync += received =>
            {
                subscriber._messages.Writer.TryWrite(received.ApplicationMessage);
                return Task.CompletedTask;
            };
            await subscriber.Client.ConnectAsync(options, TestContext.Current.CancellationToken);
            return subscriber;
        }

        public Task SubscribeAsync(string filter, MqttQualityOfServiceLevel qos = MqttQualityOfServiceLevel.AtMostOnce) =>
            Client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter, qos).Build(), TestContext.Current.CancellationToken);

        public ValueTask<MqttApplicationMessage> NextAsync() => _messages.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync()
        {
            await Client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = Client.Options.SessionExpiryInterval });
            Client.Dispose();
        }
    }
}
