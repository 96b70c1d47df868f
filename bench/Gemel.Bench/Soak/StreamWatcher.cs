using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Gemel.Bench.Soak;

/// <summary>Follows the counters' changes over all crashes, from where the last event left off: each value must come once.</summary>
internal sealed class StreamWatcher(HttpClient http, IReadOnlyDictionary<string, CounterLedger> ledgers, SoakJournal journal)
{
    private const string Path = $"/api/v1/streams/changes?batch=true&prefix={SoakClient.Prefix}";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private string? _token;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer again = new(Pause, TimeProvider.System);
        do
        {
            try
            {
                await FollowAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
            {
                // The server is away.
            }
        }
        while (await again.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Path);
        if (_token is not null)
        {
            request.Headers.Add("Last-Event-ID", _token);
        }
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Gone)
        {
            journal.Add(SoakEventKind.Failure, text: $"the stream cannot go on after {_token}: 410");
            _token = null;
            return;
        }
        if (!response.IsSuccessStatusCode)
        {
            return;
        }
        using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await foreach (SseItem<string> item in SseParser.Create(body).EnumerateAsync(cancellationToken).ConfigureAwait(false))
        {
            Take(item.Data);
            _token = item.EventId is { Length: > 0 } id ? id : _token;
        }
    }

    private void Take(string data)
    {
        if (data.Length == 0)
        {
            return;
        }
        using JsonDocument batch = JsonDocument.Parse(data);
        foreach (JsonElement change in batch.RootElement.EnumerateArray())
        {
            if (!ledgers.TryGetValue(change.GetProperty("subject").GetString()!, out CounterLedger? ledger) || !change.GetProperty("data").TryGetProperty("values", out JsonElement values))
            {
                continue;
            }
            foreach (JsonElement value in values.EnumerateArray().Where(v => v.GetProperty("path").GetString() == "count" && v.GetProperty("v").ValueKind == JsonValueKind.Number))
            {
                if (ledger.See(value.GetProperty("v").GetInt32()) is { } wrong)
                {
                    journal.Add(SoakEventKind.Failure, text: wrong);
                }
            }
        }
    }
}
