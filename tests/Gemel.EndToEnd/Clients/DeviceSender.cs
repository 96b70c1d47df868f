using System.Net;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Gemel.EndToEnd.Clients;

/// <summary>A message of a device.</summary>
internal readonly record struct OutgoingMessage(string Topic, byte[] Payload);

/// <summary>A device on MQTT 5 that sends with QoS 1, keeps many messages in flight, and after a lost connection sends again what was not acknowledged.</summary>
/// <param name="onAcknowledged">Called with the count so far after each acknowledgement, from several threads.</param>
internal sealed class DeviceSender(IPEndPoint server, string device, string secret, int inFlight, Action<int>? onAcknowledged = null) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private int _acknowledged;
    private int _mostInFlight;

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Messages sent again.</summary>
    public int Resent { get; private set; }

    /// <summary>Most messages that waited for their acknowledgement at once.</summary>
    public int MostInFlight => _mostInFlight;

    /// <summary>Sends all in order; ends when each is acknowledged as taken whole.</summary>
    public async Task SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        bool[] taken = new bool[messages.Count];
        int first = 0;
        int sentUpTo = 0;
        while (first < messages.Count)
        {
            await ConnectAsync(cancellationToken);
            Resent += Enumerable.Range(first, sentUpTo - first).Count(i => !taken[i]);
            sentUpTo = Math.Max(sentUpTo, await SendFromAsync(messages, taken, first, cancellationToken));
            while (first < taken.Length && taken[first])
            {
                first++;
            }
        }
    }

    public async Task DisconnectAsync() => await _client.DisconnectAsync();

    public void Dispose() => _client.Dispose();

    /// <summary>Sends what is not taken, until all is answered or the connection is lost.</summary>
    /// <returns>Up to where it got.</returns>
    private async Task<int> SendFromAsync(IReadOnlyList<OutgoingMessage> messages, bool[] taken, int first, CancellationToken cancellationToken)
    {
        Queue<(int Index, Task<bool> Answer)> window = new();
        int next = first;
        bool lost = false;
        while (!lost && next < messages.Count)
        {
            if (!taken[next])
            {
                window.Enqueue((next, PublishAsync(messages[next], cancellationToken)));
                _mostInFlight = Math.Max(_mostInFlight, window.Count);
            }
            next++;
            while (window.Count >= inFlight || (window.Count > 0 && window.Peek().Answer.IsCompleted))
            {
                (int index, Task<bool> answer) = window.Dequeue();
                taken[index] = await answer;
                lost |= !taken[index];
            }
        }
        foreach ((int index, Task<bool> answer) in window)
        {
            taken[index] = await answer;
        }
        return next;
    }

    /// <returns>False where the connection was lost before the answer.</returns>
    private async Task<bool> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        MqttApplicationMessage outgoing = new()
        {
            Topic = message.Topic,
            Payload = new(message.Payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        MqttClientPublishResult result;
        try
        {
            result = await _client.PublishAsync(outgoing, cancellationToken);
        }
        catch (Exception lost) when (IsLoss(lost) && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        Assert.True(result.ReasonCode == MqttClientPublishReasonCode.Success, $"{message.Topic}: {result.ReasonCode} {result.ReasonString}");
        Assert.True(result.UserProperties is null or { Count: 0 }, $"{message.Topic} was taken in part: {result.ReasonString}");
        onAcknowledged?.Invoke(Interlocked.Increment(ref _acknowledged));
        return true;
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        MqttClientOptions options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(server.Address.ToString(), server.Port)
            .WithClientId(device).WithCredentials(device, secret).WithCleanStart()
            .Build();
        using PeriodicTimer timer = new(Pause, TimeProvider.System);
        while (!_client.IsConnected)
        {
            try
            {
                MqttClientConnectResult result = await _client.ConnectAsync(options, cancellationToken);
                Assert.True(
                    result.ResultCode is MqttClientConnectResultCode.Success or MqttClientConnectResultCode.ServerUnavailable or MqttClientConnectResultCode.ServerBusy,
                    $"{device}: {result.ResultCode} {result.ReasonString}");
            }
            catch (Exception lost) when (IsLoss(lost) && !cancellationToken.IsCancellationRequested)
            {
                // The server is down or recovering.
            }
            if (!_client.IsConnected)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    private static bool IsLoss(Exception e) =>
        e is MqttCommunicationException or OperationCanceledException or TimeoutException or IOException or System.Net.Sockets.SocketException or InvalidOperationException;
}
