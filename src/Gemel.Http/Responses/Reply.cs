using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gemel.Http.Responses;

/// <summary>The body of one answer: filled in memory, then sent whole with its length.</summary>
/// <remarks>
/// Ownership: <see cref="Rent"/> gives it to the caller, <see cref="SendAsync"/> takes it back; one that is dropped after an
/// exception is left to the garbage collector. A spare is kept per thread, so the common path allocates nothing.
/// </remarks>
internal sealed class Reply
{
    public const string JsonType = "application/json; charset=utf-8";

    private const int StartBytes = 4 * 1024;
    private const int MostBytesKept = 1024 * 1024;

    [ThreadStatic]
    private static Reply? _spare;

    // Ids and texts are shown as they are: the answer is never read as HTML, for its content type says JSON.
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(StartBytes);

    private Reply() => Json = new Utf8JsonWriter(_buffer, WriterOptions);

    /// <summary>Writes JSON to <see cref="Body"/>; do not mix with writing to it directly without flushing.</summary>
    public Utf8JsonWriter Json { get; }

    public IBufferWriter<byte> Body => _buffer;

    public static Reply Rent()
    {
        Reply reply = _spare ?? new Reply();
        _spare = null;
        return reply;
    }

    /// <summary>Sends the body and gives this back.</summary>
    public Task SendAsync(HttpContext context, int status = StatusCodes.Status200OK, string contentType = JsonType)
    {
        Json.Flush();
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.Headers.XContentTypeOptions = "nosniff"; // Names and values are what clients and devices sent.
        response.ContentLength = _buffer.WrittenCount;
        var write = response.BodyWriter.WriteAsync(_buffer.WrittenMemory);
        if (write.IsCompletedSuccessfully)
        {
            _ = write.Result;
            Return();
            return Task.CompletedTask;
        }
        return FinishAsync();

        async Task FinishAsync()
        {
            await write;
            Return();
        }
    }

    private void Return()
    {
        if (_buffer.Capacity <= MostBytesKept)
        {
            _buffer.ResetWrittenCount();
            Json.Reset();
            _spare = this;
        }
    }
}
