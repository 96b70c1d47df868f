using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gemel.Http.Requests;

/// <summary>The one place where paths and the ids in them are read.</summary>
/// <remarks>
/// The web server decodes a path before routing, but leaves <c>%2F</c> as it is, so that an id holding '/' and one holding
/// the text "%2F" look the same, and it resolves "." and "..", so that a request reaches another path than the client named. Here the path is set back to what the
/// client sent, routing splits it at real slashes, and <see cref="DecodeSegment"/> decodes each segment once, strictly.
/// </remarks>
internal static class RequestTarget
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Sets the request's path to the undecoded one. To be called before routing.</summary>
    public static void UseUndecodedPath(HttpContext context)
    {
        string raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        ReadOnlySpan<char> path = PathOf(raw);
        if (!path.IsEmpty && !path.SequenceEqual(context.Request.Path.Value))
        {
            context.Request.Path = new PathString(path.ToString());
        }
    }

    /// <summary>The id, name or path in the route parameter <paramref name="name"/>, decoded.</summary>
    /// <exception cref="GemelException">GMW009.</exception>
    public static string Segment(HttpContext context, string name) => DecodeSegment((string)context.Request.RouteValues[name]!);

    /// <exception cref="GemelException">GMW009, a '%' without two hexadecimal digits, or bytes that are not UTF-8.</exception>
    public static string DecodeSegment(string segment) => segment.Contains('%') ? Decode(segment) : segment;

    private static string Decode(string segment)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(StrictUtf8.GetMaxByteCount(segment.Length));
        try
        {
            int length = 0;
            ReadOnlySpan<char> rest = segment;
            while (!rest.IsEmpty)
            {
                int plain = rest.IndexOf('%') is var at and >= 0 ? at : rest.Length;
                length += StrictUtf8.GetBytes(rest[..plain], bytes.AsSpan(length));
                rest = rest[plain..];
                if (!rest.IsEmpty)
                {
                    bytes[length++] = EscapedByte(rest, segment);
                    rest = rest[3..];
                }
            }
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (ArgumentException notUtf8)
        {
            throw new GemelException(HttpErrors.MalformedPath.With(segment), notUtf8);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static byte EscapedByte(ReadOnlySpan<char> escape, string segment)
    {
        return escape.Length >= 3 && char.IsAsciiHexDigit(escape[1]) && char.IsAsciiHexDigit(escape[2])
            ? Convert.FromHexString(escape[1..3])[0]
            : throw new GemelException(HttpErrors.MalformedPath.With(segment));
    }

    // RFC 9112, 3.2: origin-form "/path?query" or absolute-form "http://host/path?query"; "*" has no path.
    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        int query = target.IndexOf('?');
        ReadOnlySpan<char> path = query >= 0 ? target[..query] : target;
        if (path.Length > 0 && path[0] != '/')
        {
            int authority = path.IndexOf("://");
            int slash = authority < 0 ? -1 : path[(authority + 3)..].IndexOf('/');
            return slash < 0 ? default : path[(authority + 3 + slash)..];
        }
        return path;
    }
}
