using System.Globalization;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Gemel.Bench.Soak;

/// <summary>A device that counts: sends the next value at a steady rate with QoS 1, none a second time, and keeps which were acknowledged.</summary>
/// <remarks>While the server is away the rate stands still; many messages are on their way at once, so that a crash always meets some.</remarks>
internal sealed class CountingDevice(string host, int port, string secret, CounterLedger ledger, int rate, TimeProvider clock)
{
    private const int InFlight = 64;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer again = new(Pause, clock);
        do
        {
            using IMqttClient client = new MqttClientFactory().CreateMqttClient();
            try
            {
                await client.ConnectAsync(Options(), cancellationToken).ConfigureAwait(false);
                await SendAsync(client, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception gone) when (IsLoss(gone) && !cancellationToken.IsCancellationRequested)
            {
                // The server is away, or not taking connections yet.
            }
        }
        while (await again.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    private MqttClientOptions Options() => new MqttClientOptionsBuilder()
        .WithProtocolVersion(MqttProtocolVersion.V500)
        .WithTcpServer(host, port)
        .WithClientId(ledger.Twin)
        .WithCredentials(ledger.Twin, secret)
        .WithCleanStart(true)
        .WithTimeout(Patience)
        .Build();

    private async Task SendAsync(IMqttClient client, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1) / rate, clock);
        using SemaphoreSlim window = new(InFlight);
        List<Task> answers = [];
        while (client.IsConnected && await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await window.WaitAsync(cancellationToken).ConfigureAwait(false);
            answers.RemoveAll(answer => answer.IsCompletedSuccessfully);
            answers.Add(PublishAsync(client, window, cancellationToken));
        }
        await Task.WhenAll(answers).ConfigureAwait(false);
    }

    private async Task PublishAsync(IMqttClient client, SemaphoreSlim window, CancellationToken cancellationToken)
    {
        (int value, DateTimeOffset time) = ledger.Begin(clock.GetUtcNow());
        MqttApplicationMessage message = new()
        {
            Topic = $"twins/{ledger.Twin}/data",
            PayloadSegment = System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"$time":"{{time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ}}","count":{{value}}}""")),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        try
        {
            MqttClientPublishResult result = await client.PublishAsync(message, cancellationToken).ConfigureAwait(false);
            if (result.ReasonCode == MqttClientPublishReasonCode.Success)
            {
                ledger.Acknowledge(value, clock.GetUtcNow());
            }
        }
        catch (Exception gone) when (IsLoss(gone))
        {
            // Whether the server took the value is not known.
        }
        finally
        {
            window.Release();
        }
    }

    // MQTTnet's client drops its channel while a publish may be on its way to it, which then meets a null of its own.
    private static bool IsLoss(Exception e) =>
        e is MqttCommunicationException or OperationCanceledException or TimeoutException or IOException or System.Net.Sockets.SocketException
            or InvalidOperationException or ObjectDisposedException or NullReferenceException { Source: "MQTTnet" };
}
