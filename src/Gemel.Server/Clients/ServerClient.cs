using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Gemel.Server.CommandLine;

namespace Gemel.Server.Clients;

/// <summary>Requests to a server; whatever is not a success becomes a <see cref="GemelException"/> with the server's own errors.</summary>
/// <param name="http">With the server's address and the key; owned.</param>
internal sealed class ServerClient(HttpClient http) : IDisposable
{
    private const string JsonType = "application/json";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    public static ServerClient To(ServerTarget target) => new(new HttpClient(HandlerOf(target))
    {
        BaseAddress = target.Url,
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", target.Key) },
    });

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, body: null, cancellationToken);

    /// <param name="body">Serialised as JSON; null sends none.</param>
    /// <returns>The answer; undefined where it has no body.</returns>
    /// <exception cref="GemelException">The server's errors; GMX001, it answered in another shape; GMX034, it did not answer.</exception>
    public Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken) =>
        SendAsync(method, path, body is null ? default : JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);

    /// <param name="json">The body as it goes out; empty sends none.</param>
    /// <inheritdoc cref="SendAsync(HttpMethod, string, object?, CancellationToken)"/>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path);
        if (!json.IsEmpty)
        {
            request.Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue(JsonType) } };
        }
        using CancellationTokenSource late = new(Patience, TimeProvider.System);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await AnswerAsync(request, path, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException slow) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GemelException(ServerErrors.ServerUnreachable.With(http.BaseAddress, $"it took longer than {Patience.TotalSeconds:0} s"), slow);
        }
    }

    /// <summary>Sends a body of any length, however long that takes.</summary>
    /// <inheritdoc cref="SendAsync(HttpMethod, string, object?, CancellationToken)"/>
    public async Task<JsonElement> UploadAsync(string path, Stream content, string contentType, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path)
        {
            Content = new StreamContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } },
        };
        return await AnswerAsync(request, path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies an answer of any length, however long that takes.</summary>
    /// <exception cref="GemelException">The server's errors; GMX034, it did not answer, or not to the end.</exception>
    /// <exception cref="IOException"><paramref name="output"/> refused.</exception>
    public async Task DownloadAsync(string path, Stream output, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                throw new GemelException(ServerReply.ErrorsOf(request.Method.Method, path, response, answer));
            }
            await response.Content.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException lost)
        {
            throw Unreachable(lost);
        }
    }

    /// <summary>Opens what is there from a byte on; the caller disposes it. Its reads throw <see cref="IOException"/> where the connection is lost.</summary>
    /// <exception cref="GemelException">The server's errors; GMX034, it did not answer, or not with that part.</exception>
    public async Task<Stream> OpenAsync(string path, long from, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception lost) when (lost is HttpRequestException || (lost is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new GemelException(ServerErrors.ServerUnreachable.With(http.BaseAddress, lost.InnerException?.Message ?? lost.Message), lost);
        }
        if (response.IsSuccessStatusCode && (from == 0 || response.Content.Headers.ContentRange?.From == from))
        {
            return await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        }
        using (response)
        {
            throw new GemelException(response.IsSuccessStatusCode
                ? [ServerErrors.ServerUnreachable.With(http.BaseAddress, $"it does not go on at byte {from}")]
                : ServerReply.ErrorsOf("GET", path, response, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)));
        }
    }

    /// <summary>All elements of a list, page by page.</summary>
    public async IAsyncEnumerable<JsonElement> ListAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = path;
        while (next is not null)
        {
            JsonElement page = await GetAsync(next, cancellationToken).ConfigureAwait(false);
            foreach (JsonElement element in page.GetProperty("value").EnumerateArray())
            {
                yield return element;
            }
            // Of the link only what says where to go on: behind a proxy its host may be one that is not reached from here.
            next = page.TryGetProperty("nextLink", out JsonElement link) ? path.Split('?')[0] + new Uri(link.GetString()!).Query : null;
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonElement> AnswerAsync(HttpRequestMessage request, string path, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new GemelException(ServerReply.ErrorsOf(request.Method.Method, path, response, answer));
            }
            return answer.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(answer);
        }
        catch (HttpRequestException lost)
        {
            throw Unreachable(lost);
        }
        catch (JsonException foreign)
        {
            throw new GemelException(ServerErrors.RequestFailed.With(request.Method, path, "in a form that is not JSON", foreign.Message), foreign);
        }
    }

    private GemelException Unreachable(HttpRequestException lost) =>
        new(ServerErrors.ServerUnreachable.With(http.BaseAddress, lost.InnerException?.Message ?? lost.Message), lost);

    // No redirects: the key goes to the server that was named, and to no other.
    private static SocketsHttpHandler HandlerOf(ServerTarget target)
    {
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false };
        if (target.Trust is { } trust)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => trust.Accepts(certificate, chain, errors);
        }
        return handler;
    }
}
