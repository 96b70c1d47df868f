using Microsoft.Extensions.Logging;

namespace Gemel.Server.Serving;

/// <summary>What the server itself logs; event ids 9000 to 9099.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(9001, LogLevel.Warning, "This server runs on {Found}, which lacks security fixes; expected is {Expected} or later. Install it and restart")]
    public static partial void RuntimeBehind(ILogger log, string found, Version expected);
}
