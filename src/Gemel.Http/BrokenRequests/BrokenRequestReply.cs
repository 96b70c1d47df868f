using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gemel.Http.Responses;

namespace Gemel.Http.BrokenRequests;

/// <summary>Gives the web server's own answers to requests that it cannot read our error shape.</summary>
internal static class BrokenRequestReply
{
    /// <summary>The web server's answer is one short head; anything longer is somebody else's.</summary>
    public const int LongestHead = 512;

    private static readonly FrozenDictionary<int, byte[]> Bodies = new[]
    {
        HttpErrors.MalformedRequest.With("its first line, a header or its length is not as HTTP says."),
        HttpErrors.RequestTooSlow.With(), HttpErrors.BodyLengthRefused.With(), HttpErrors.TargetTooLong.With(GemelHttpExtensions.MaxRequestLineBytes),
        HttpErrors.HeadersTooLarge.With(GemelHttpExtensions.MaxHeaders, GemelHttpExtensions.MaxHeaderBytes), HttpErrors.UnknownHttpVersion.With(),
    }.ToFrozenDictionary(error => error.Code.Status, BodyOf);

    private static readonly FrozenDictionary<int, string> AzureCodes = new[]
    {
        HttpErrors.MalformedRequest, HttpErrors.RequestTooSlow, HttpErrors.BodyLengthRefused, HttpErrors.TargetTooLong, HttpErrors.HeadersTooLarge, HttpErrors.UnknownHttpVersion,
    }.ToFrozenDictionary(code => code.Status, code => code.AzureCode);

    private static ReadOnlySpan<byte> Begin => "HTTP/1.1 "u8;

    private static ReadOnlySpan<byte> NoContent => "Content-Length: 0\r\n"u8;

    /// <summary>Rewrites a head without content in place.</summary>
    /// <param name="buffer">Its first <paramref name="length"/> bytes are what the web server is about to send.</param>
    /// <returns>The length of what is to be sent: the same where this is no refusal by the web server.</returns>
    public static int Rewrite(Span<byte> buffer, int length)
    {
        ReadOnlySpan<byte> head = buffer[..length];
        int at = head.IndexOf(NoContent);
        bool isRefusal = at > 0 && head.StartsWith(Begin) && head.IndexOf("Connection: close\r\n"u8) > 0 && head.EndsWith("\r\n\r\n"u8);
        if (!isRefusal || !TryReadStatus(head, out int status) || !Bodies.TryGetValue(status, out byte[]? body))
        {
            return length;
        }
        byte[] reply =
        [
            .. head[..at],
            .. Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"Content-Length: {body.Length}\r\nContent-Type: {Reply.JsonType}\r\nX-Content-Type-Options: nosniff\r\nx-ms-error-code: {AzureCodes[status]}\r\n")),
            .. head[(at + NoContent.Length)..],
            .. body,
        ];
        return reply.AsSpan().TryCopyTo(buffer) ? reply.Length : length;
    }

    private static bool TryReadStatus(ReadOnlySpan<byte> head, out int status)
    {
        status = 0;
        return head.Length > Begin.Length + 3 && int.TryParse(head.Slice(Begin.Length, 3), NumberStyles.None, CultureInfo.InvariantCulture, out status);
    }

    private static byte[] BodyOf(GemelError error)
    {
        ArrayBufferWriter<byte> body = new();
        using Utf8JsonWriter json = new(body, Reply.WriterOptions);
        json.WriteStartObject();
        ErrorReply.WriteMember(json, [error]);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }
}
