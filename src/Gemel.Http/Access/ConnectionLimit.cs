using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Gemel.Http.Access;

/// <summary>Bounds the connections of all HTTP endpoints together: each costs memory before anybody has shown a credential.</summary>
internal sealed class ConnectionLimit(GemelHttpOptions options, ILogger<ConnectionLimit> logger)
{
    private int _open;

    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > options.MaxConnections)
            {
                HttpLog.TooManyConnections(logger, options.MaxConnections);
                connection.Abort();
                return;
            }
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
