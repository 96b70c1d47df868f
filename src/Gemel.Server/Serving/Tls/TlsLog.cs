using Microsoft.Extensions.Logging;

namespace Gemel.Server.Serving.Tls;

/// <summary>What is logged of certificates; event ids 9010 to 9019.</summary>
internal static partial class TlsLog
{
    [LoggerMessage(9010, LogLevel.Information, "Newer files of '{Certificate}' are in use; connections from now on get them")]
    public static partial void Taken(ILogger log, string certificate);

    [LoggerMessage(9011, LogLevel.Error, "Newer files of '{Certificate}' cannot be used, those before stay in use: {Reason}")]
    public static partial void Refused(ILogger log, string certificate, string reason);

    [LoggerMessage(9012, LogLevel.Warning, "'{Certificate}' ends at {End:u}; replace its file, no restart is needed")]
    public static partial void EndsSoon(ILogger log, string certificate, DateTimeOffset end);

    [LoggerMessage(9013, LogLevel.Warning, "A client's certificate '{Subject}' {Problem}")]
    public static partial void ClientRefused(ILogger log, string subject, string problem);

    [LoggerMessage(9014, LogLevel.Debug, "A connection from {Remote} began with something else than a TLS handshake")]
    public static partial void NoHandshake(ILogger log, System.Net.EndPoint? remote);
}
