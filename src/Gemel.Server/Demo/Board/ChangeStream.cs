using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gemel.Server.Clients;

namespace Gemel.Server.Demo.Board;

/// <summary>Follows <c>GET /api/v1/streams/changes</c>, across lost connections.</summary>
/// <remarks>After a loss it resumes behind the last event it handed on. Where the journal no longer holds that place (410) it starts at the present: a table of present values misses nothing by that for long.</remarks>
internal sealed class ChangeStream(HttpClient http, TimeProvider clock)
{
    private const string Path = "api/v1/streams/changes?batch=true";

    private readonly BackOff _backOff = new(clock, new Random());
    private string? _token;

    /// <summary>CloudEvents, one by one, without end.</summary>
    /// <exception cref="GemelException">GMX001, the server refuses the request.</exception>
    public async IAsyncEnumerable<JsonElement> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            using HttpResponseMessage? response = await TryOpenAsync(cancellationToken).ConfigureAwait(false);
            if (response is not null)
            {
                await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                await using IAsyncEnumerator<SseItem<string>> items = SseParser.Create(body).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
                while (await TryMoveNextAsync(items, cancellationToken).ConfigureAwait(false))
                {
                    foreach (JsonElement change in EventsIn(items.Current.Data))
                    {
                        yield return change;
                    }
                    _token = items.Current.EventId is { Length: > 0 } id ? id : _token;
                    _backOff.Reset();
                }
            }
            await _backOff.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage?> TryOpenAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        if (_token is not null)
        {
            request.Headers.Add("Last-Event-ID", _token);
        }
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        if (response.IsSuccessStatusCode)
        {
            return response;
        }
        using (response)
        {
            bool isPassing = response.StatusCode is HttpStatusCode.Gone or HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests;
            _token = response.StatusCode == HttpStatusCode.Gone ? null : _token;
            return isPassing
                ? null
                : throw new GemelException(ServerErrors.RequestFailed.With("GET", $"/{Path}", (int)response.StatusCode, response.ReasonPhrase));
        }
    }

    private static async Task<bool> TryMoveNextAsync(IAsyncEnumerator<SseItem<string>> items, CancellationToken cancellationToken)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static IEnumerable<JsonElement> EventsIn(string data)
    {
        JsonElement element = JsonSerializer.Deserialize<JsonElement>(data);
        return element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [element];
    }
}
