using System.Net;
using Microsoft.Extensions.Logging;

namespace Gemel.Mqtt;

/// <summary>What the door logs; event ids 6000 to 6099. Nothing per message above Trace.</summary>
internal static partial class MqttLog
{
    [LoggerMessage(6001, LogLevel.Debug, "{Identity} connected as '{ClientId}' from {Remote}")]
    public static partial void Connected(ILogger log, string identity, string clientId, EndPoint? remote);

    [LoggerMessage(6002, LogLevel.Debug, "{Identity} disconnected as '{ClientId}': {Reason}")]
    public static partial void Disconnected(ILogger log, string identity, string clientId, string reason);

    [LoggerMessage(6003, LogLevel.Debug, "A connection from {Remote} was refused: {Error}")]
    public static partial void Refused(ILogger log, EndPoint? remote, GemelError error);

    [LoggerMessage(6004, LogLevel.Debug, "A connection from {Remote} ended before its CONNECT: {Reason}")]
    public static partial void NeverConnected(ILogger log, EndPoint? remote, string reason);

    [LoggerMessage(6005, LogLevel.Warning, "More than {Limit} connections: new ones are closed")]
    public static partial void TooManyConnections(ILogger log, int limit);

    [LoggerMessage(6006, LogLevel.Debug, "A wave of {Identity} was not committed; nothing of it is acknowledged")]
    public static partial void CommitFailed(ILogger log, string identity, Exception failure);

    [LoggerMessage(6007, LogLevel.Error, "A wave of {Identity} ended with an unexpected error; nothing of it is acknowledged")]
    public static partial void CommitBroken(ILogger log, string identity, Exception failure);

    [LoggerMessage(6008, LogLevel.Warning, "The will of {Identity} was not committed")]
    public static partial void WillFailed(ILogger log, string identity, Exception failure);

    [LoggerMessage(6009, LogLevel.Warning, "The journal no longer holds what the subscribers of changes have not seen; they are disconnected")]
    public static partial void ChangesLost(ILogger log, Exception failure);

    [LoggerMessage(6010, LogLevel.Warning, "The rejections of device '{Device}' can no longer be followed")]
    public static partial void RejectionsEnded(ILogger log, string device, Exception failure);

    [LoggerMessage(6011, LogLevel.Error, "Sending to {Identity} as '{ClientId}' ended with an unexpected error")]
    public static partial void SendingBroken(ILogger log, string identity, string clientId, Exception failure);

    [LoggerMessage(6012, LogLevel.Warning, "MQTT server: {Source}: {Message}")]
    public static partial void ServerMessage(ILogger log, string source, string message, Exception? failure);

    [LoggerMessage(6013, LogLevel.Error, "A connection from {Remote} ended with an unexpected error")]
    public static partial void ConnectionBroken(ILogger log, EndPoint? remote, Exception failure);

    [LoggerMessage(6014, LogLevel.Error, "The deadlines of the connection from {Remote} could not be looked after")]
    public static partial void CheckBroken(ILogger log, EndPoint? remote, Exception failure);

    [LoggerMessage(6015, LogLevel.Error, "The changes for subscribers ended with an unexpected error; their subscribers are disconnected")]
    public static partial void FeedBroken(ILogger log, Exception failure);

    [LoggerMessage(6030, LogLevel.Warning, "A credential of {Identity} from {Remote} was refused")]
    public static partial void CredentialRefused(ILogger log, string identity, IPAddress? remote);

    [LoggerMessage(6031, LogLevel.Warning, "Attempts of {Identity} from {Remote} come too soon after refused ones; the next is looked at in {Wait}")]
    public static partial void Slowed(ILogger log, string identity, IPAddress? remote, TimeSpan wait);

    [LoggerMessage(6032, LogLevel.Warning, "Too many connections wait for their CONNECT: one from {Remote} is closed")]
    public static partial void TooManyHalfOpen(ILogger log, EndPoint? remote);
}
