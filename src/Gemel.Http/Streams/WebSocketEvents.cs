using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Gemel.Cluster;
using Gemel.Http.Responses;

namespace Gemel.Http.Streams;

/// <summary>The same events as text frames, one event or one batch each; keep-alive is the protocol's own ping.</summary>
internal sealed class WebSocketEvents : IEventChannel
{
    private readonly WebSocket _socket;
    private readonly CloudEventWriter _events;
    private readonly bool _batch;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenSource _closed;
    private readonly ArrayBufferWriter<byte> _frame = new();
    private readonly Utf8JsonWriter _json;
    private readonly Task _listening;

    public WebSocketEvents(WebSocket socket, CloudEventWriter events, bool batch, CancellationToken aborted)
    {
        _socket = socket;
        _events = events;
        _batch = batch;
        _aborted = aborted;
        _closed = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        _json = new Utf8JsonWriter(_frame, Reply.WriterOptions);
        _listening = ListenAsync();
    }

    public CancellationToken Closed => _closed.Token;

    public ValueTask OpenAsync(ResumeToken start) => ValueTask.CompletedTask;

    public async ValueTask SendAsync(IReadOnlyList<TwinEvent> events)
    {
        if (_batch)
        {
            _json.WriteStartArray();
        }
        foreach (TwinEvent change in events)
        {
            _events.Write(_json, change);
            if (!_batch)
            {
                await SendFrameAsync();
            }
        }
        if (_batch)
        {
            _json.WriteEndArray();
            await SendFrameAsync();
        }
    }

    public ValueTask KeepAliveAsync() => ValueTask.CompletedTask;

    public async ValueTask FailAsync(GemelError error)
    {
        _json.WriteStartObject();
        ErrorReply.WriteMember(_json, [error]);
        _json.WriteEndObject();
        await SendFrameAsync();
        await _socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, error.Code.Code, Closed);
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await CloseAsync();
        }
        await _closed.CancelAsync();
        await _listening;
        _closed.Dispose();
        await _json.DisposeAsync();
        _socket.Dispose();
    }

    private async Task CloseAsync()
    {
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _aborted);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // The client went first: there is nothing left to close.
        }
    }

    private async ValueTask SendFrameAsync()
    {
        _json.Flush();
        await _socket.SendAsync(_frame.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, Closed);
        _json.Reset();
        _frame.ResetWrittenCount();
    }

    // The client has nothing to say; reading is how its close, and its loss, are noticed.
    private async Task ListenAsync()
    {
        byte[] ignored = new byte[256];
        try
        {
            while ((await _socket.ReceiveAsync(ignored.AsMemory(), Closed)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // Ends below in either case.
        }
        await _closed.CancelAsync();
    }
}
