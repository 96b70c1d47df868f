using Gemel.Cluster;

namespace Gemel.Http.Streams;

/// <summary>One client's stream of events, over whatever carries it.</summary>
/// <remarks>Every call completes only once the client's connection has taken the bytes: a slow client slows its own stream and
/// no other, and no more than one commit's events wait for it.</remarks>
internal interface IEventChannel : IAsyncDisposable
{
    /// <summary>Ends when the client has gone.</summary>
    CancellationToken Closed { get; }

    /// <param name="start">The token after which events follow.</param>
    ValueTask OpenAsync(ResumeToken start);

    /// <param name="events">Those of one commit, in order.</param>
    ValueTask SendAsync(IReadOnlyList<TwinEvent> events);

    ValueTask KeepAliveAsync();

    /// <summary>Says why the stream ends here.</summary>
    ValueTask FailAsync(GemelError error);
}
