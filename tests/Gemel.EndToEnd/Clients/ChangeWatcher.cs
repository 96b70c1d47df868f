using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;

namespace Gemel.EndToEnd.Clients;

/// <summary>Follows the change stream over restarts of the server: comes back with the last id it saw, as a browser would.</summary>
/// <remarks>Threading: events are read by one consumer.</remarks>
internal sealed class ChangeWatcher : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly GemelClient _client;
    private readonly string _path;
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<(string Id, JsonElement Event)> _events = Channel.CreateUnbounded<(string, JsonElement)>();
    private readonly Task _running;
    private string? _lastId;
    private int _connections;

    private ChangeWatcher(GemelClient client, string path)
    {
        (_client, _path) = (client, path);
        _running = Task.Run(RunAsync);
    }

    /// <summary>How often the stream was opened.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Opens the stream; what is committed from now on is seen.</summary>
    public static async Task<ChangeWatcher> OpenAsync(GemelClient client, string path)
    {
        ChangeWatcher watcher = new(client, path);
        await Task.WhenAny(watcher._opened.Task, watcher._running);
        if (watcher._running.IsCompleted)
        {
            await watcher._running;
        }
        return watcher;
    }

    /// <summary>The next event; fails the test when the stream has failed for good or nothing comes for long.</summary>
    public async Task<(string Id, JsonElement Event)> NextAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _end.Token);
        try
        {
            return await _events.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException($"No event on {_path} for 60 s; the last id was {_lastId}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        using PeriodicTimer timer = new(Pause, TimeProvider.System);
        try
        {
            while (true)
            {
                await FollowAsync();
                await timer.WaitForNextTickAsync(_end.Token);
            }
        }
        catch (Exception failure)
        {
            _events.Writer.TryComplete(failure);
            throw;
        }
    }

    /// <summary>One connection, until it ends.</summary>
    private async Task FollowAsync()
    {
        try
        {
            (string, string)[] headers = _lastId is { } id ? [("Last-Event-ID", id)] : [];
            using HttpResponseMessage response = await _client.OpenAsync(_path, _end.Token, headers);
            if ((int)response.StatusCode == 503)
            {
                return;   // the server is recovering
            }
            Assert.True(response.IsSuccessStatusCode, $"{_path} from {_lastId} answered {(int)response.StatusCode}.");
            Interlocked.Increment(ref _connections);
            using StreamReader lines = new(await response.Content.ReadAsStreamAsync(_end.Token));
            await ReadAsync(lines);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException && !_end.IsCancellationRequested)
        {
            // The server was killed: come back with the last id.
        }
    }

    private async Task ReadAsync(StreamReader lines)
    {
        string? data = null;
        while (await lines.ReadLineAsync(_end.Token) is { } line)
        {
            if (line.StartsWith("event: failure", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The stream failed: {await lines.ReadLineAsync(_end.Token)}");
            }
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                _pendingId = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data = line[6..];
            }
            else if (line.Length == 0)
            {
                Dispatch(data);
                data = null;
            }
        }
    }

    private string? _pendingId;

    // WHATWG HTML 9.2.6: the id takes effect with the blank line, with or without data.
    private void Dispatch(string? data)
    {
        _lastId = _pendingId;
        _opened.TrySetResult();
        if (data is not null)
        {
            _events.Writer.TryWrite((_lastId!, JsonSerializer.Deserialize<JsonElement>(data)));
        }
    }
}
