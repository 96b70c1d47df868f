using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Http.Responses;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Streams;

/// <summary>Events as <c>text/event-stream</c> (WHATWG HTML, 9.2): the resume token as <c>id</c>, an event or a batch as <c>data</c>.</summary>
internal sealed class ServerSentEvents(HttpContext context, CloudEventWriter events, bool batch) : IEventChannel
{
    // Past this many bytes the connection is waited for within a commit, too.
    private const int FlushBytes = 64 * 1024;

    private readonly PipeWriter _output = context.Response.BodyWriter;
    private readonly Utf8JsonWriter _json = new(context.Response.BodyWriter, Reply.WriterOptions);
    private long _unflushed;

    public CancellationToken Closed => context.RequestAborted;

    public async ValueTask OpenAsync(ResumeToken start)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        // An id without data raises no event in the client, but is what it resumes from if the connection ends before one.
        WriteLine($"id: {start}");
        WriteLine("");
        await FlushAsync();
    }

    public async ValueTask SendAsync(IReadOnlyList<TwinEvent> changes)
    {
        if (batch)
        {
            await SendBatchAsync(changes);
        }
        else
        {
            foreach (TwinEvent change in changes)
            {
                BeginEvent(change.Token);
                events.Write(_json, change);
                EndEvent();
                if (_unflushed > FlushBytes)
                {
                    await FlushAsync();
                }
            }
        }
        await FlushAsync();
    }

    public async ValueTask KeepAliveAsync()
    {
        WriteLine(": alive");
        WriteLine("");
        await FlushAsync();
    }

    public async ValueTask FailAsync(GemelError error)
    {
        WriteLine("event: failure");
        Write("data: ");
        _json.WriteStartObject();
        ErrorReply.WriteMember(_json, [error]);
        _json.WriteEndObject();
        EndEvent();
        await FlushAsync();
    }

    public ValueTask DisposeAsync() => _json.DisposeAsync();

    private async ValueTask SendBatchAsync(IReadOnlyList<TwinEvent> changes)
    {
        BeginEvent(changes[^1].Token);
        _json.WriteStartArray();
        foreach (TwinEvent change in changes)
        {
            events.Write(_json, change);
        }
        _json.WriteEndArray();
        EndEvent();
        await FlushAsync();
    }

    private void BeginEvent(ResumeToken token)
    {
        WriteLine($"id: {token}");
        Write("data: ");
    }

    private void EndEvent()
    {
        _json.Flush();
        _unflushed += _json.BytesCommitted;
        _json.Reset();
        WriteLine("");
        WriteLine("");
    }

    private void WriteLine(string text)
    {
        Write(text);
        Write("\n");
    }

    private void Write(string text) => _unflushed += Encoding.UTF8.GetBytes(text, _output);

    private async ValueTask FlushAsync()
    {
        FlushResult flushed = await _output.FlushAsync(Closed);
        _unflushed = 0;
        if (flushed.IsCompleted)
        {
            throw new OperationCanceledException("The client closed the connection.");
        }
    }
}
