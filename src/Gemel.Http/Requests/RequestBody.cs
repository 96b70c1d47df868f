using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gemel.Http.Requests;

/// <summary>A request's whole body in a rented buffer.</summary>
/// <remarks>Ownership: call <see cref="Return"/> once nobody reads the content any more. After a call that was abandoned
/// (cancelled, failed) do not: the callee may still read, and a buffer that is not returned is merely collected.</remarks>
internal readonly struct RequestBody
{
    private const int LeastBuffer = 256;

    // What a client merely announces is not yet worth more memory than this.
    private const int LargestFirstBuffer = 64 * 1024;

    private readonly byte[] _rented;

    private RequestBody(byte[] rented, int length)
    {
        _rented = rented;
        Content = rented.AsMemory(0, length);
    }

    public ReadOnlyMemory<byte> Content { get; }

    public void Return() => ArrayPool<byte>.Shared.Return(_rented);

    /// <exception cref="GemelException">GMW006, the body is larger than <see cref="GemelHttpOptions.MaxBodyBytes"/>.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext context, GemelHttpOptions options)
    {
        TakeOverLimit(context);
        long announced = context.Request.ContentLength ?? 0;
        Refuse(announced, options);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(announced, LeastBuffer, LargestFirstBuffer));
        int length = 0;
        PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(context.RequestAborted);
            long total = length + read.Buffer.Length;
            if (total > options.MaxBodyBytes)
            {
                // What was read is taken before leaving, so that the server can go on to drain the rest.
                reader.AdvanceTo(read.Buffer.End);
                Refuse(total, options);
            }
            buffer = EnsureRoom(buffer, length, (int)read.Buffer.Length);
            read.Buffer.CopyTo(buffer.AsSpan(length));
            length += (int)read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return new RequestBody(buffer, length);
            }
        }
    }

    // The server's own limit would cut the connection before the client has read why; without it the rest of a refused body
    // is read and thrown away for a few seconds, and the answer arrives.
    public static void TakeOverLimit(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }

    private static void Refuse(long bytes, GemelHttpOptions options)
    {
        if (bytes > options.MaxBodyBytes)
        {
            throw new GemelException(HttpErrors.BodyTooLarge.With(options.MaxBodyBytes));
        }
    }

    private static byte[] EnsureRoom(byte[] buffer, int length, int more)
    {
        if (buffer.Length - length >= more)
        {
            return buffer;
        }
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + more));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
