namespace Gemel.Mqtt.Connections;

/// <summary>How a connection ended, as presence and metrics show it.</summary>
internal static class EndReasons
{
    public const string Normal = "normal";
    public const string DisconnectedWithWill = "disconnectedWithWill";
    public const string ConnectionLost = "connectionLost";
    public const string ConnectTimeout = "connectTimeout";
    public const string KeepAliveTimeout = "keepAliveTimeout";
    public const string TakenOver = "takenOver";
    public const string ProtocolError = "protocolError";
    public const string PacketTooLarge = "packetTooLarge";
    public const string ReceiveMaximumExceeded = "receiveMaximumExceeded";
    public const string CommitFailed = "commitFailed";
    public const string CredentialsChanged = "credentialsChanged";
    public const string ChangesLost = "changesLost";
    public const string Refused = "refused";
    public const string ServerStopping = "serverStopping";

    public static string Of(Protocol.ReasonCode violation) => violation switch
    {
        Protocol.ReasonCode.PacketTooLarge => PacketTooLarge,
        Protocol.ReasonCode.ReceiveMaximumExceeded => ReceiveMaximumExceeded,
        _ => ProtocolError,
    };
}
