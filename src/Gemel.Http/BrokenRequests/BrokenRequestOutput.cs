using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Gemel.Http.BrokenRequests;

/// <summary>The output of one HTTP connection, which gives the web server's refusals a body.</summary>
/// <remarks>
/// A request that the web server cannot read never reaches the application, and ASP.NET Core has no hook for the answer: it is a
/// status line and <c>Content-Length: 0</c>. So the bytes are looked at on their way to the socket. What is written is held back
/// from the pipe, not copied, until it is flushed or more room is asked for; only then may its first bytes be a refusal, and
/// only a short one. Where a later web server writes it otherwise, it is sent as it is.
/// Cost: a comparison and two calls for each flush.
/// </remarks>
internal sealed class BrokenRequestOutput(PipeWriter inner) : PipeWriter
{
    // Room for a refusal with its body.
    private const int LeastRoom = 2048;

    private Memory<byte> _memory;
    private int _held;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes + _held;

    /// <summary>Runs the connection behind it.</summary>
    public static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IDuplexPipe transport = connection.Transport;
        connection.Transport = new Pair(transport.Input, new BrokenRequestOutput(transport.Output));
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Release();
        return _memory = inner.GetMemory(Math.Max(sizeHint, LeastRoom));
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _held += bytes;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_held is > 0 and <= BrokenRequestReply.LongestHead)
        {
            _held = BrokenRequestReply.Rewrite(_memory.Span, _held);
        }
        Release();
        return inner.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Release();
        return inner.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        Release();
        inner.Complete(exception);
    }

    private void Release()
    {
        if (_held > 0)
        {
            inner.Advance(_held);
            _held = 0;
        }
        _memory = default;
    }

    private sealed class Pair(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
