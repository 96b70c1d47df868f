using Gemel.Cluster;

namespace Gemel.Mqtt.Protocol;

/// <summary>The one place where the catalogue's codes and what became of a message turn into MQTT reason codes.</summary>
internal static class ReasonCodes
{
    /// <summary>PUBACK and PUBREC of a message, by the contract's section "Device doors".</summary>
    public static ReasonCode Of(MessageDisposition disposition) => disposition switch
    {
        MessageDisposition.Taken or MessageDisposition.PartlyRejected => ReasonCode.Success,
        MessageDisposition.UnknownTwin => ReasonCode.TopicNameInvalid,
        MessageDisposition.NotAuthorized => ReasonCode.NotAuthorized,
        _ => ReasonCode.PayloadFormatInvalid,
    };

    /// <summary>DISCONNECT after a wave could not be committed: full disks are a quota, the rest passes.</summary>
    public static ReasonCode OfFailedCommit(GemelError error) => error.Code switch
    {
        { Status: 507 } => ReasonCode.QuotaExceeded,
        { IsRetryable: true } => ReasonCode.ServerBusy,
        _ => ReasonCode.ServerUnavailable,
    };

    /// <summary>PUBACK, PUBREC, SUBACK or CONNACK where the door itself refuses.</summary>
    public static ReasonCode Of(GemelError error) => Codes.GetValueOrDefault(error.Code.Code, ReasonCode.Unspecified);

    /// <summary>CONNACK return code of 3.1.1 (section 3.2.2.3) for a refusal.</summary>
    public static byte ToReturnCode(ReasonCode reason) => reason switch
    {
        ReasonCode.Success => 0,
        ReasonCode.UnsupportedProtocolVersion => 1,
        ReasonCode.ClientIdentifierNotValid => 2,
        ReasonCode.ServerUnavailable or ReasonCode.ServerBusy or ReasonCode.QuotaExceeded or ReasonCode.ServerShuttingDown => 3,
        ReasonCode.BadUserNameOrPassword => 4,
        _ => 5,
    };

    private static readonly Dictionary<string, ReasonCode> Codes = new(StringComparer.Ordinal)
    {
        [MqttErrors.TopicOutsideContract.Code] = ReasonCode.TopicNameInvalid,
        [MqttErrors.TopicMalformed.Code] = ReasonCode.TopicNameInvalid,
        [MqttErrors.ForeignDevice.Code] = ReasonCode.NotAuthorized,
        [MqttErrors.CredentialsRefused.Code] = ReasonCode.BadUserNameOrPassword,
        [MqttErrors.ClientIdInvalid.Code] = ReasonCode.ClientIdentifierNotValid,
        [MqttErrors.WillRefused.Code] = ReasonCode.NotAuthorized,
        [MqttErrors.TooManySessions.Code] = ReasonCode.QuotaExceeded,
        [MqttErrors.TooManyAttempts.Code] = ReasonCode.QuotaExceeded,
        [MqttErrors.NotReady.Code] = ReasonCode.ServerUnavailable,
        [MqttErrors.FilterOutsideContract.Code] = ReasonCode.TopicFilterInvalid,
        [MqttErrors.FilterNotAuthorized.Code] = ReasonCode.NotAuthorized,
        [MqttErrors.FilterNotYet.Code] = ReasonCode.ImplementationSpecific,
        [MqttErrors.SharedSubscription.Code] = ReasonCode.SharedSubscriptionsNotSupported,
        [MqttErrors.WildcardRejections.Code] = ReasonCode.WildcardSubscriptionsNotSupported,
        [MqttErrors.TooManySubscriptions.Code] = ReasonCode.QuotaExceeded,
        [MqttErrors.AuthenticationMethod.Code] = ReasonCode.BadAuthenticationMethod,
    };
}
