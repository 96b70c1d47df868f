namespace Gemel.Http.Tests;

/// <summary>Reads a stream of Server-Sent Events as a browser would.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage response, StreamReader lines, string startId) => (_response, _lines, StartId) = (response, lines, startId);

    /// <summary>The id that came before any event.</summary>
    public string StartId { get; }

    public static async Task<EventReader> OpenAsync(HttpDoor door, string path, params (string Name, string Value)[] headers)
    {
        HttpResponseMessage response = await door.GetAsync(path, headers);
        if (!response.IsSuccessStatusCode)
        {
            Assert.Fail($"{path} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(HttpDoor.Cancelled)}");
        }
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        StreamReader lines = new(await response.Content.ReadAsStreamAsync(HttpDoor.Cancelled));
        string first = (await lines.ReadLineAsync(HttpDoor.Cancelled))!;
        Assert.StartsWith("id: ", first);
        Assert.Equal("", await lines.ReadLineAsync(HttpDoor.Cancelled));
        return new EventReader(response, lines, first[4..]);
    }

    /// <summary>The next event, comments passed over.</summary>
    public async Task<(string Id, string Data)> NextAsync()
    {
        string id = "";
        string data = "";
        while (await _lines.ReadLineAsync(HttpDoor.Cancelled) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data += line[6..];
            }
            else if (line.Length == 0 && data.Length > 0)
            {
                return (id, data);
            }
        }
        throw new EndOfStreamException("The stream ended before the next event.");
    }

    public async Task<string> NextCommentAsync()
    {
        while (await _lines.ReadLineAsync(HttpDoor.Cancelled) is { } line)
        {
            if (line.StartsWith(':'))
            {
                return line;
            }
        }
        throw new EndOfStreamException("The stream ended before the next comment.");
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
