namespace Gemel.Server.Clients;

/// <summary>A device's connection to the server, as the code that publishes needs it.</summary>
internal interface IDeviceLink : IAsyncDisposable
{
    /// <summary>Most publishes that may wait for their acknowledgement, as the server said when connecting.</summary>
    int ReceiveMaximum { get; }

    /// <summary>Connects, trying again with growing pauses until it succeeds.</summary>
    /// <exception cref="GemelException">GMX002, the server refused the credentials; trying again would not help.</exception>
    Task ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Publishes with QoS 1; ends with the acknowledgement. Calls may overlap and are sent in the order of the calls.</summary>
    /// <exception cref="LinkLostException">The connection ended first: nothing is known of the message.</exception>
    Task<PublishOutcome> PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
}

/// <summary>What an acknowledgement says.</summary>
/// <param name="Kind">Whether the message was taken.</param>
/// <param name="Rejected">Values of the message that were not taken, where the server counts them.</param>
/// <param name="Reason">The server's words; empty where it gives none.</param>
internal readonly record struct PublishOutcome(PublishOutcomeKind Kind, int Rejected, string Reason);

internal enum PublishOutcomeKind
{
    /// <summary>Taken, durable; parts may be rejected.</summary>
    Taken,
    /// <summary>Refused for good: sending it again gives the same.</summary>
    Refused,
    /// <summary>Refused for now: the server is out of room or in trouble.</summary>
    TryLater,
}

/// <summary>A connection ended while something waited for it.</summary>
internal sealed class LinkLostException(string message, Exception? inner) : Exception(message, inner);
