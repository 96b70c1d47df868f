using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Gemel.Server.Serving;

/// <summary>What the server writes to standard error and how.</summary>
/// <param name="Least">Of our own messages; those of the framework begin at Warning.</param>
/// <param name="AsJson">One JSON object a line, for collectors.</param>
internal sealed record ServerLogging(LogLevel Least, bool AsJson)
{
    public static ServerLogging Default { get; } = new(LogLevel.Information, AsJson: false);

    public void Configure(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Gemel", Least);
        // A failed start is told by the command, in one line; the host would add its stack trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // Its first check warns of the time since the machine was started.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        // It warns at every start, taking the time since the machine started for a hang.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (AsJson)
        {
            logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "O";
            });
        }
        else
        {
            logging.AddSimpleConsole(simple =>
            {
                simple.SingleLine = true;
                simple.UseUtcTimestamp = true;
                simple.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            });
        }
    }
}
