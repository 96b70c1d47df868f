using System.Net;
using System.Net.Sockets;
using System.Text;
using Gemel.Server.Clients;
using Gemel.Server.Replay;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Gemel.Server.Tests.Clients;

/// <summary>The link against a real MQTT 5 endpoint on loopback.</summary>
public sealed class MqttDeviceLinkTests
{
    [Fact]
    public async Task Acknowledgements_say_what_became_of_a_message()
    {
        await using Broker broker = await Broker.StartAsync();
        broker.OnPublish = e =>
        {
            e.Response.ReasonCode = e.ApplicationMessage.Topic switch
            {
                "refused" => MqttPubAckReasonCode.PayloadFormatInvalid,
                "later" => MqttPubAckReasonCode.QuotaExceeded,
                _ => MqttPubAckReasonCode.Success,
            };
            e.Response.ReasonString = "because";
            e.Response.UserProperties = [new MqttUserProperty("rejected", Encoding.UTF8.GetBytes("3"))];
        };
        await using MqttDeviceLink link = broker.Link("secret");
        await link.ConnectAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new PublishOutcome(PublishOutcomeKind.Taken, 3, "because"), await Publish(link, "taken"));
        Assert.Equal(PublishOutcomeKind.Refused, (await Publish(link, "refused")).Kind);
        Assert.Equal(PublishOutcomeKind.TryLater, (await Publish(link, "later")).Kind);
    }

    [Fact]
    public async Task A_wrong_secret_ends_the_attempts_with_an_error()
    {
        await using Broker broker = await Broker.StartAsync();
        await using MqttDeviceLink link = broker.Link("wrong");
        GemelException failure = await Assert.ThrowsAsync<GemelException>(() => link.ConnectAsync(TestContext.Current.CancellationToken));
        Assert.Equal("GMX002", failure.Error.Code.Code);
    }

    [Fact]
    public async Task A_replay_over_a_connection_that_is_cut_again_and_again_brings_every_message_in_order()
    {
        await using Broker broker = await Broker.StartAsync();
        int published = 0;
        broker.OnPublish = e => e.CloseConnection = Interlocked.Increment(ref published) % 150 == 0;
        await using MqttDeviceLink link = broker.Link("secret");
        var publisher = new ReplayPublisher(link, 100, TimeProvider.System);
        await publisher.RunAsync(Messages(400), TestContext.Current.CancellationToken);
        Assert.Equal(400, publisher.Counts.Taken);
        Assert.True(publisher.Counts.Resent > 0);
        Assert.Equal(Enumerable.Range(0, 400).Select(i => $"{i}"), broker.Received.Distinct());
    }

    private static Task<PublishOutcome> Publish(MqttDeviceLink link, string topic) =>
        link.PublishAsync(topic, new byte[] { 1 }, TestContext.Current.CancellationToken);

    private static async IAsyncEnumerable<ReplayMessage> Messages(int count)
    {
        await Task.CompletedTask;
        for (int i = 0; i < count; i++)
        {
            yield return new ReplayMessage("twins/a/data", Encoding.UTF8.GetBytes($"{i}"), i);
        }
    }

    private sealed class Broker(MqttServer server, int port) : IAsyncDisposable
    {
        private readonly List<string> _received = [];

        public Action<InterceptingPublishEventArgs> OnPublish { get; set; } = _ => { };

        public IReadOnlyList<string> Received
        {
            get
            {
                lock (_received)
                {
                    return [.. _received];
                }
            }
        }

        public static async Task<Broker> StartAsync()
        {
            int port = FreePort();
            MqttServer server = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder()
                .WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointPort(port).Build());
            var broker = new Broker(server, port);
            server.ValidatingConnectionAsync += e =>
            {
                e.ReasonCode = e.Password == "secret" ? MqttConnectReasonCode.Success : MqttConnectReasonCode.BadUserNameOrPassword;
                return Task.CompletedTask;
            };
            server.InterceptingPublishAsync += e =>
            {
                broker.Take(e);
                return Task.CompletedTask;
            };
            await server.StartAsync();
            return broker;
        }

        public MqttDeviceLink Link(string secret) => new(new DeviceAccount("127.0.0.1", port, "bed-1", secret), TimeProvider.System);

        public async ValueTask DisposeAsync()
        {
            await server.StopAsync(new MqttServerStopOptions());
            server.Dispose();
        }

        private void Take(InterceptingPublishEventArgs e)
        {
            OnPublish(e);
            lock (_received)
            {
                _received.Add(e.ApplicationMessage.ConvertPayloadToString());
            }
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
