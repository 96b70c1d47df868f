using Gemel.Cluster;
using Gemel.Http.Access;
using Gemel.Http.Documentation;
using Gemel.Http.Requests;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gemel.Http.Streams;

/// <summary><c>GET /api/v1/streams/changes</c>: committed changes as they happen, by Server-Sent Events or WebSocket.</summary>
internal sealed class ChangeStreamEndpoint(
    IInstance instance, GemelHttpOptions options, Paging paging, TimeProvider clock, HttpMetrics metrics, IHostApplicationLifetime lifetime, ILogger<ChangeStreamEndpoint> logger)
{
    private const string LastEventId = "Last-Event-ID";

    // How long the answer's head waits to learn that a resumed stream is gone; afterwards that is said within the stream.
    private static readonly TimeSpan ResumeGrace = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan CredentialInterval = TimeSpan.FromSeconds(1);

    private int _open;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/streams/changes", Stream).ForReaders().Described(new OperationDoc("Streams_Changes", "Streams", "Follows committed changes as CloudEvents.")
        {
            Description = "Server-Sent Events: `id` is a resume token that `Last-Event-ID` gives back, `data` one CloudEvent, or with `batch` an array of those of one commit. "
                + "Events come in the order of the journal. The same as text frames where the request upgrades to a WebSocket; each event carries its token as `resumetoken`.",
            Parameters =
            [
                Parameters.Query("twin", "Only of this twin; repeatable.", """{"type":"array","items":{"type":"string"}}"""),
                Parameters.Query("model", "Only of twins of this model or of one that extends it."),
                Parameters.Query("prefix", "Only of twins whose ids begin so."),
                Parameters.Query("batch", "One message per commit.", """{"type":"boolean","default":false}"""),
                Parameters.Header(LastEventId, "The resume token after which to continue."),
                Parameters.Query("lastEventId", "The same, for clients that cannot set the header."),
            ],
            Answers = [new(200, "The stream.", "ChangeEvent", "changeEvent") { ContentTypes = ["text/event-stream"] }, new(101, "The stream over a WebSocket.")],
            Errors = [new(400, "InvalidArgument"), new(410, "The journal no longer holds what follows the token."), new(429, "TooManyRequests")],
        });
    }

    private async Task Stream(HttpContext context)
    {
        ChangeFilter filter = ReadFilter(context.Request);
        ResumeToken? resumed = ReadToken(context.Request);
        bool batch = context.Request.Flag("batch");
        int open = Interlocked.Increment(ref _open);
        metrics.StreamOpened();
        try
        {
            if (open > options.MaxStreams)
            {
                throw new GemelException(HttpErrors.TooManyStreams.With(options.MaxStreams));
            }
            ResumeToken start = resumed ?? instance.Changes.TokenAfter(instance.DurableCommit);
            HttpLog.StreamOpened(logger, Caller.Of(context).Name, start.ToString(), open);
            await FollowAsync(context, filter, start, resumed is not null, batch);
            HttpLog.StreamEnded(logger, Caller.Of(context).Name);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            metrics.StreamClosed();
        }
    }

    private async Task FollowAsync(HttpContext context, ChangeFilter filter, ResumeToken start, bool isResumed, bool batch)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await using ITimer watch = clock.CreateTimer(_ => EndIfRevoked(context, ending), null, CredentialInterval, CredentialInterval);
        await using ChangePump pump = new(instance.Changes.ReadAsync(filter, start, ending.Token).GetAsyncEnumerator(ending.Token), clock, options.StreamKeepAlive, metrics);
        try
        {
            if (isResumed)
            {
                await RefuseIfGoneAsync(pump, start, ending.Token);
            }
            await using IEventChannel channel = await OpenChannelAsync(context, batch);
            await using CancellationTokenRegistration closing = channel.Closed.Register(ending.Cancel);
            await channel.OpenAsync(start);
            await pump.RunAsync(channel, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested || context.Response.HasStarted)
        {
            // The client has gone, or the server stops: either way the stream is over.
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    // What the caller showed may be taken from it while the stream lasts: deleted, rotated, expired.
    private void EndIfRevoked(HttpContext context, CancellationTokenSource ending)
    {
        Identity caller = Caller.Of(context);
        if (!ending.IsCancellationRequested && !caller.HoldsCredential(instance.Catalog, Timestamp.From(clock.GetUtcNow())))
        {
            HttpLog.StreamRevoked(logger, caller.Name);
            ending.Cancel();
        }
    }

    private async Task RefuseIfGoneAsync(ChangePump pump, ResumeToken start, CancellationToken cancellationToken)
    {
        long durable = instance.DurableCommit;
        if (start.Commit < durable)
        {
            await Task.WhenAny(pump.Next, Task.Delay(ResumeGrace, clock, cancellationToken));
        }
        if (start.Commit > durable || pump.Next.IsFaulted)
        {
            await pump.Next;
        }
    }

    private async ValueTask<IEventChannel> OpenChannelAsync(HttpContext context, bool batch)
    {
        CloudEventWriter events = new(new Uri(paging.BaseAddress(context.Request)).Authority);
        return context.WebSockets.IsWebSocketRequest
            ? new WebSocketEvents(await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = options.StreamKeepAlive }), events, batch, context.RequestAborted)
            : new ServerSentEvents(context, events, batch);
    }

    private static ChangeFilter ReadFilter(HttpRequest request)
    {
        HashSet<TwinId>? twins = request.Query.TryGetValue("twin", out var asked) ? [.. asked.Select(t => TwinId.Create(t ?? ""))] : null;
        return new ChangeFilter(twins, request.Text("model") is { } model ? new ModelId(model) : null, request.Text("prefix"));
    }

    private static ResumeToken? ReadToken(HttpRequest request)
    {
        string? text = request.Headers[LastEventId] is [{ Length: > 0 } header] ? header : request.Text("lastEventId");
        if (text is null)
        {
            return null;
        }
        return ResumeToken.TryParse(text, out ResumeToken token) ? token : throw new GemelException(HttpErrors.InvalidResumeToken.With(text));
    }
}
