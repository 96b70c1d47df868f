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

    public static ServerClient To(ServerTarget target) => new(new HttpClient(HandlerOf(target))
    {
        BaseAddress = target.Url,
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
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new GemelException(ServerReply.ErrorsOf(method.Method, path, response, answer));
            }
            return answer.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(answer);
        }
        catch (HttpRequestException lost)
        {
            throw new GemelException(ServerErrors.ServerUnreachable.With(http.BaseAddress, lost.InnerException?.Message ?? lost.Message), lost);
        }
        catch (JsonException foreign)
        {
            throw new GemelException(ServerErrors.RequestFailed.With(method, path, "in a form that is not JSON", foreign.Message), foreign);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GemelException(ServerErrors.ServerUnreachable.With(http.BaseAddress, $"it took longer than {http.Timeout.TotalSeconds:0} s"), late);
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
