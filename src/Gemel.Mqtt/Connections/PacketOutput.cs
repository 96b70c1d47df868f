using System.Buffers;
using System.IO.Pipelines;

namespace Gemel.Mqtt.Connections;

/// <summary>The one way to a connection's socket, so that no two packets ever mix.</summary>
/// <remarks>Threading: safe for concurrent callers; they are served one after the other. A write waits while the client
/// does not read.</remarks>
internal sealed class PacketOutput(PipeWriter pipe)
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private long _bytes;

    public long BytesSent => Volatile.Read(ref _bytes);

    /// <summary>Writes whole packets in one go.</summary>
    /// <returns>False where the connection is gone; the bytes are lost then.</returns>
    public async ValueTask<bool> WriteAsync<TState>(TState state, Action<IBufferWriter<byte>, TState> write)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            CountingWriter writer = new(pipe);
            write(writer, state);
            Volatile.Write(ref _bytes, _bytes + writer.Written);
            FlushResult flush = await pipe.FlushAsync().ConfigureAwait(false);
            return !flush.IsCompleted && !flush.IsCanceled;
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The transport reports a vanished peer by any of these; the reader sees the same end and cleans up.
            return false;
        }
        finally
        {
            _gate.Release();
        }
    }

    private sealed class CountingWriter(PipeWriter pipe) : IBufferWriter<byte>
    {
        public long Written { get; private set; }

        public void Advance(int count)
        {
            pipe.Advance(count);
            Written += count;
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => pipe.GetMemory(sizeHint);

        public Span<byte> GetSpan(int sizeHint = 0) => pipe.GetSpan(sizeHint);
    }
}
