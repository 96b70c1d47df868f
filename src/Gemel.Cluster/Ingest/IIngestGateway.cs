namespace Gemel.Cluster;

/// <summary>The way of device data into the shards.</summary>
public interface IIngestGateway
{
    /// <summary>One session per MQTT connection or HTTP request.</summary>
    /// <param name="origin">Where the data comes in, for the record: <c>mqtt</c>, <c>http</c>.</param>
    IIngestSession Open(Identity identity, string origin);
}

/// <summary>Decodes messages of one sender, gathers them to waves and brings each wave into a commit.</summary>
/// <remarks>Threading: one caller at a time. A wave is what was added since the last <see cref="FlushAsync"/>.</remarks>
public interface IIngestSession : IDisposable
{
    /// <summary>Decodes a message and adds what fits to the present wave. Nothing of <paramref name="message"/> is kept.</summary>
    /// <returns>What is known before the shards have decided.</returns>
    MessageDisposition Add(in DataMessage message);

    /// <summary>Messages in the present wave, taken or not.</summary>
    int Pending { get; }

    /// <summary>Sends the wave to its shards.</summary>
    /// <returns>The outer task ends when the wave has been taken over (it waits while too much is on its way: that is the
    /// back-pressure); the inner one when its commit is durable. Inner tasks end in the order of the calls, except that
    /// a failed one ends with the exception.</returns>
    /// <remarks>A cancelled call ends once the shards that have got their part already are done with it; nothing of its wave is acknowledged.</remarks>
    /// <exception cref="GemelException">Inner: the commit failed (GMC0xx, retryable); nothing of the wave may be acknowledged.</exception>
    ValueTask<Task<WaveReceipt>> FlushAsync(CancellationToken cancellationToken);
}

public enum PayloadFormat
{
    Json,
    Cbor,
}

/// <summary>One publish to a data topic.</summary>
public readonly ref struct DataMessage
{
    /// <summary>The twin of <c>twins/{id}/data</c>, percent-decoded; empty for <c>devices/{id}/data</c>.</summary>
    public ReadOnlySpan<char> Twin { get; init; }

    /// <summary>The whole topic or path as sent, for mappings and rejections.</summary>
    public ReadOnlySpan<char> Topic { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    public PayloadFormat Format { get; init; }
}

public enum MessageDisposition
{
    Taken,
    PartlyRejected,
    Rejected,
    UnknownTwin,
    NotAuthorized,
}

/// <summary>What became of each message of a wave.</summary>
public sealed class WaveReceipt(long commit, IReadOnlyList<MessageReceipt>? exceptions)
{
    /// <summary>The commit that holds the wave; 0 where nothing of it was to be journaled.</summary>
    public long Commit { get; } = commit;

    /// <summary>Messages of which something was not taken, in ascending <see cref="MessageReceipt.Item"/>; the others were taken whole.</summary>
    public IReadOnlyList<MessageReceipt> Exceptions { get; } = exceptions ?? [];
}

/// <param name="Item">Number of the message within its wave, from 0.</param>
/// <param name="Taken">Values that were taken (repetitions included).</param>
/// <param name="Rejected">Values, or whole objects, that were not.</param>
public sealed record MessageReceipt(int Item, MessageDisposition Disposition, int Taken, int Rejected, IReadOnlyList<GemelError> Errors);
