using Microsoft.Extensions.Logging;

namespace Gemel.Http;

/// <summary>Log events of the HTTP door, 6000 to 6099. Nothing per request at Information.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(6000, LogLevel.Error, "Request {TraceId} ({Method} {Path}) failed unexpectedly.")]
    public static partial void Unexpected(ILogger logger, Exception failure, string traceId, string method, string path);

    [LoggerMessage(6001, LogLevel.Warning, "{Code} at {Path}: {Message}")]
    public static partial void ServerError(ILogger logger, string code, string path, string message);

    [LoggerMessage(6002, LogLevel.Warning, "The answer at {Path} was cut short.")]
    public static partial void AnswerCutShort(ILogger logger, Exception failure, string path);

    [LoggerMessage(6010, LogLevel.Debug, "{Caller} opened a stream of changes after {Token}; {Open} are open.")]
    public static partial void StreamOpened(ILogger logger, string caller, string token, int open);

    [LoggerMessage(6011, LogLevel.Debug, "A stream of changes of {Caller} ended.")]
    public static partial void StreamEnded(ILogger logger, string caller);

    [LoggerMessage(6020, LogLevel.Warning, "A credential of {Identity} from {Remote} was refused")]
    public static partial void CredentialRefused(ILogger logger, string identity, System.Net.IPAddress? remote);

    [LoggerMessage(6021, LogLevel.Warning, "Attempts of {Identity} from {Remote} come too soon after refused ones; the next is looked at in {Wait}")]
    public static partial void Slowed(ILogger logger, string identity, System.Net.IPAddress? remote, TimeSpan wait);

    [LoggerMessage(6022, LogLevel.Information, "{Caller} may not {Method} {Path}")]
    public static partial void Denied(ILogger logger, string caller, string method, string path);

    [LoggerMessage(6023, LogLevel.Information, "A stream of {Caller} was closed, for its credential no longer holds")]
    public static partial void StreamRevoked(ILogger logger, string caller);

    [LoggerMessage(6024, LogLevel.Warning, "More than {Limit} connections: new ones are closed")]
    public static partial void TooManyConnections(ILogger logger, int limit);
}
