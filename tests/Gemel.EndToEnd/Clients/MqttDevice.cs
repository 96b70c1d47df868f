using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Clients;

/// <summary>One MQTT connection of a device, for looking at what each message is answered.</summary>
internal sealed class MqttDevice : IAsyncDisposable
{
    private readonly IMqttClient _client;

    private MqttDevice(IMqttClient client)
    {
        _client = client;
        _client.DisconnectedAsync += ended =>
        {
            EndReason = ended.Reason;
            return Task.CompletedTask;
        };
    }

    /// <summary>Why the connection ended, as the server's DISCONNECT said; null while it lasts.</summary>
    public MqttClientDisconnectReason? EndReason { get; private set; }

    public bool IsConnected => _client.IsConnected;

    public static Task<MqttDevice> ConnectAsync(ServerProcess server, string device, string secret, MqttProtocolVersion version = MqttProtocolVersion.V500) =>
        ConnectAsync(Options(device, secret, version).WithTcpServer(server.Mqtt.Address.ToString(), server.Mqtt.Port));

    /// <summary>Through <c>/mqtt</c> of the HTTP door.</summary>
    public static Task<MqttDevice> ConnectOverWebSocketAsync(ServerProcess server, string device, string secret) =>
        ConnectAsync(Options(device, secret, MqttProtocolVersion.V500).WithWebSocketServer(o => o.WithUri($"ws://{server.Http.Authority}/mqtt")));

    public Task<MqttClientPublishResult> PublishAsync(string topic, string payload, int qos = 1) => PublishAsync(topic, System.Text.Encoding.UTF8.GetBytes(payload), qos);

    public Task<MqttClientPublishResult> PublishAsync(string topic, byte[] payload, int qos = 1, string? contentType = null)
    {
        MqttApplicationMessage message = new()
        {
            Topic = topic,
            Payload = new(payload),
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos,
            ContentType = contentType,
        };
        return _client.PublishAsync(message, TestContext.Current.CancellationToken);
    }

    /// <summary>The number that a partly taken message is answered with; null where nothing was rejected.</summary>
    public static string? Rejected(MqttClientPublishResult result) => result.UserProperties?.FirstOrDefault(p => p.Name == "rejected")?.ReadValueAsString();

    public async ValueTask DisposeAsync()
    {
        if (_client.IsConnected)
        {
            await _client.DisconnectAsync();
        }
        _client.Dispose();
    }

    private static MqttClientOptionsBuilder Options(string device, string secret, MqttProtocolVersion version) =>
        new MqttClientOptionsBuilder().WithProtocolVersion(version).WithClientId($"{Guid.NewGuid():N}").WithCredentials(device, secret).WithCleanSession();

    private static async Task<MqttDevice> ConnectAsync(MqttClientOptionsBuilder options)
    {
        IMqttClient client = new MqttClientFactory().CreateMqttClient();
        MqttClientConnectResult result = await client.ConnectAsync(options.Build(), TestContext.Current.CancellationToken);
        Assert.Equal(MqttClientConnectResultCode.Success, result.ResultCode);
        return new MqttDevice(client);
    }
}
