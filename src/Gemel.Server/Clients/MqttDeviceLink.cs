using System.Globalization;
using System.Net.Security;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Gemel.Server.Clients;

/// <summary>Where and as whom a device connects.</summary>
/// <param name="Secret">The device's secret, or the administrator's key.</param>
internal sealed record DeviceAccount(string Host, int Port, string DeviceId, string Secret)
{
    /// <summary>The server ends a connection when another with its client id comes: of one device there is one, of an administrator's tools there may be several.</summary>
    public string ClientId { get; init; } = DeviceId;

    /// <summary>Whether the connection is one with TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Whose certificates are trusted beside those of the operating system; null for nobody's.</summary>
    public ServerTrust? Trust { get; init; }
}

/// <summary>A link over MQTT 5.</summary>
internal sealed class MqttDeviceLink : IDeviceLink
{
    // MQTT 5 3.2.2.3.3: without a receive maximum in CONNACK it is 65,535.
    private const int DefaultReceiveMaximum = 65_535;

    private static readonly TimeSpan AcknowledgementTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    private readonly DeviceAccount _account;
    private readonly BackOff _backOff;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly MqttClientOptions _options;

    public MqttDeviceLink(DeviceAccount account, TimeProvider clock)
    {
        _account = account;
        _backOff = new BackOff(clock, new Random());
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(account.Host, account.Port)
            .WithClientId(account.ClientId)
            .WithCredentials(account.DeviceId, account.Secret)
            .WithCleanStart(true)
            .WithKeepAlivePeriod(KeepAlive)
            .WithTimeout(AcknowledgementTimeout);
        if (account.IsSecure)
        {
            options.WithTlsOptions(tls => tls.UseTls().WithTargetHost(account.Host).WithCertificateValidationHandler(
                shown => account.Trust?.Accepts(shown.Certificate, shown.Chain, shown.SslPolicyErrors) ?? shown.SslPolicyErrors == SslPolicyErrors.None));
        }
        _options = options.Build();
    }

    public int ReceiveMaximum { get; private set; } = DefaultReceiveMaximum;

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        while (!await TryConnectAsync(cancellationToken).ConfigureAwait(false))
        {
            await _backOff.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        _backOff.Reset();
    }

    public async Task<PublishOutcome> PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var message = new MqttApplicationMessage
        {
            Topic = topic,
            Payload = new(payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        try
        {
            MqttClientPublishResult result = await _client.PublishAsync(message, cancellationToken).ConfigureAwait(false);
            return new PublishOutcome(KindOf(result.ReasonCode), RejectedIn(result.UserProperties), result.ReasonString ?? "");
        }
        catch (Exception e) when (IsLoss(e) && !cancellationToken.IsCancellationRequested)
        {
            throw new LinkLostException($"The connection to {_account.Host}:{_account.Port} ended.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _client.TryDisconnectAsync(MqttClientDisconnectOptionsReason.NormalDisconnection, "").ConfigureAwait(false);
        _client.Dispose();
    }

    private async Task<bool> TryConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_client.IsConnected)
            {
                return true;
            }
            MqttClientConnectResult result = await _client.ConnectAsync(_options, cancellationToken).ConfigureAwait(false);
            ReceiveMaximum = result.ReceiveMaximum is { } maximum and > 0 ? maximum : DefaultReceiveMaximum;
            return result.ResultCode switch
            {
                MqttClientConnectResultCode.Success => true,
                MqttClientConnectResultCode.ServerBusy or MqttClientConnectResultCode.ServerUnavailable
                    or MqttClientConnectResultCode.ConnectionRateExceeded or MqttClientConnectResultCode.QuotaExceeded => false,
                _ => throw new GemelException(ServerErrors.ConnectionRefused.With(
                    $"{_account.Host}:{_account.Port}", _account.DeviceId, result.ReasonString is { Length: > 0 } reason ? reason.TrimEnd('.') : result.ResultCode.ToString())),
            };
        }
        catch (Exception e) when (IsLoss(e) && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    // MQTTnet's client drops its channel while a publish may be on its way to it, which then meets a null of its own.
    private static bool IsLoss(Exception e) =>
        e is MqttCommunicationException or OperationCanceledException or TimeoutException or IOException or System.Net.Sockets.SocketException
            or InvalidOperationException or NullReferenceException { Source: "MQTTnet" };

    private static PublishOutcomeKind KindOf(MqttClientPublishReasonCode code) => code switch
    {
        MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers => PublishOutcomeKind.Taken,
        MqttClientPublishReasonCode.UnspecifiedError or MqttClientPublishReasonCode.ImplementationSpecificError
            or MqttClientPublishReasonCode.QuotaExceeded => PublishOutcomeKind.TryLater,
        _ => PublishOutcomeKind.Refused,
    };

    // A PUBACK of 0x00 carries 'rejected=n' where part was not taken.
    private static int RejectedIn(IReadOnlyCollection<MqttUserProperty>? properties)
    {
        string? text = properties?.FirstOrDefault(p => p.Name == "rejected")?.ReadValueAsString();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rejected) ? rejected : 0;
    }
}
