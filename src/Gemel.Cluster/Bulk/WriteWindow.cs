using System.Threading.Channels;
using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>Keeps many writes of one caller on their way at once, bounded in number and bytes; writes of one id stay in order.</summary>
/// <remarks>
/// Threading: one caller. A failure of the instance (not of what is written) ends the window: it is thrown by the next call. What was begun is never
/// abandoned: whoever stops early disposes of the window, which waits, so that no write comes after the end of its job.
/// </remarks>
internal sealed class WriteWindow(Action<WriteWindow.Written> onWritten) : IAsyncDisposable
{
    // Enough that a commit takes along hundreds, which is where its cost no longer shows.
    private const int MostWrites = 2048;
    private const long MostBytes = 64 << 20;

    private readonly Channel<Written> _written = Channel.CreateUnbounded<Written>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private long _bytes;
    private int _writes;

    /// <summary>Begins a write as soon as there is room and none of the same id is on its way.</summary>
    /// <param name="id">Of the twin whose shard takes the write.</param>
    /// <param name="line">For <paramref name="write"/>'s answer.</param>
    public async ValueTask AddAsync(string id, int line, int bytes, Func<ValueTask<Outcome<WriteReceipt>>> write)
    {
        while (_writes > 0 && (_writes >= MostWrites || _bytes + bytes > MostBytes || _ids.Contains(id)))
        {
            await TakeOneAsync().ConfigureAwait(false);
        }
        _ids.Add(id);
        _bytes += bytes;
        _writes++;
        _ = RunAsync(new Written(id, line, bytes, default, null), write);
        while (_written.Reader.TryRead(out Written? written))
        {
            Take(written);
        }
    }

    /// <summary>Waits for all that are on their way.</summary>
    public async ValueTask DrainAsync()
    {
        while (_writes > 0)
        {
            await TakeOneAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for what is still on its way, however it ends.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_writes > 0)
        {
            Written written = await _written.Reader.ReadAsync().ConfigureAwait(false);
            _writes--;
            if (written.Failure is null)
            {
                onWritten(written);
            }
        }
    }

    private async Task RunAsync(Written asked, Func<ValueTask<Outcome<WriteReceipt>>> write)
    {
        Written written;
        try
        {
            written = asked with { Outcome = await write().ConfigureAwait(false) };
        }
        catch (Exception failure)
        {
            // Not lost: whoever takes it from the channel throws it.
            written = asked with { Failure = failure };
        }
        _written.Writer.TryWrite(written);
    }

    private async ValueTask TakeOneAsync() => Take(await _written.Reader.ReadAsync().ConfigureAwait(false));

    private void Take(Written written)
    {
        _ids.Remove(written.Id);
        _bytes -= written.Bytes;
        _writes--;
        if (written.Failure is { } failure)
        {
            throw failure is GemelException world ? new GemelException(world.Errors, world) : new InvalidOperationException($"Line {written.Line} could not be written.", failure);
        }
        onWritten(written);
    }

    /// <summary>A write that has ended.</summary>
    /// <param name="Failure">Where it ended otherwise than with an outcome.</param>
    public sealed record Written(string Id, int Line, int Bytes, Outcome<WriteReceipt> Outcome, Exception? Failure);
}
