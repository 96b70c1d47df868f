using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;
using MQTTnet;
using MQTTnet.Exceptions;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>Load on a server until it is killed: QoS 1 messages of devices with many in flight, values and patches over HTTP, twins that come
/// and go, and a client that follows the changes. Keeps when each was sent and acknowledged.</summary>
internal sealed class Workload
{
    private const int Devices = 3;
    private const int InFlight = 16;
    private const string HttpPump = "pump-http";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ServerProcess _server;
    private volatile TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SeenEvent> _seen = [];
    private int _enoughAt = int.MaxValue;
    private int _acknowledged;
    private volatile bool _ends;

    private Workload(ServerProcess server) => _server = server;

    /// <summary>The values of each pump, in the order in which they were sent.</summary>
    public List<Attempts> Pumps { get; } = [];

    /// <summary>The names that the station got, as numbers: a register.</summary>
    public Attempts Names { get; } = new(Station);

    /// <summary>Twins created: <c>guest-N</c>.</summary>
    public Attempts Created { get; } = new("guest");

    /// <summary>Twins deleted, in the order in which they were created.</summary>
    public Attempts Deleted { get; } = new("guest");

    /// <summary>Events of pumps as a client saw them.</summary>
    public IReadOnlyList<SeenEvent> Seen => _seen;

    public static string Station => "station";

    /// <summary>Acknowledged so far, of every kind.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Messages and requests that the server refused for the time being.</summary>
    public int Refused { get; private set; }

    /// <summary>Sets a server up and runs the load until so much is acknowledged; then kills the server.</summary>
    public static Task<Workload> RunAsync(ServerProcess server, int messages) => RunAsync(server, load => load.WaitForAsync(messages));

    /// <summary>Sets a server up and runs the load as long as <paramref name="during"/> lasts; then kills the server.</summary>
    public static async Task<Workload> RunAsync(ServerProcess server, Func<Workload, Task> during)
    {
        Workload load = new(server);
        await load.RunAsync(during);
        return load;
    }

    /// <summary>Ends when so much more is acknowledged.</summary>
    public Task WaitForAsync(int more)
    {
        _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _enoughAt, Acknowledged + more);
        return _enough.Task.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Ends when more was refused than <paramref name="before"/>.</summary>
    public async Task UntilRefusedAsync(int before)
    {
        using PeriodicTimer timer = new(Pause, TimeProvider.System);
        using CancellationTokenSource late = new(Patience, TimeProvider.System);
        while (Refused <= before)
        {
            await timer.WaitForNextTickAsync(late.Token);
        }
    }

    /// <summary>The time that a device writes into a value: one of its own for each, in several months.</summary>
    public static string TimeOf(int pump, int value) => $"2026-0{pump + 3}-01T{value / 3_600_000:00}:{value / 60_000 % 60:00}:{value / 1000 % 60:00}.{value % 1000:000}Z";

    private async Task RunAsync(Func<Workload, Task> during)
    {
        await _server.Admin.AddModelsAsync(TestModels.All);
        await _server.Admin.AddTwinAsync(Station, TestModels.Station, "\"name\":\"-1\"");
        List<Task> sending = [];
        for (int i = 0; i < Devices; i++)
        {
            Pumps.Add(new Attempts($"pump-{i}"));
        }
        Pumps.Add(new Attempts(HttpPump));
        await _server.Admin.AddPumpAsync(HttpPump);
        ChangeWatcher watcher = await ChangeWatcher.OpenAsync(_server.Admin, "api/v1/streams/changes");
        Task watching = WatchAsync(watcher);
        for (int i = 0; i < Devices; i++)
        {
            int pump = i;
            string secret = await _server.Admin.AddPumpAsync(Pumps[i].Twin);
            sending.Add(Task.Run(() => SendAsync(pump, secret)));
        }
        sending.AddRange([Task.Run(PostAsync), Task.Run(PatchAsync)]);
        try
        {
            await during(this);
        }
        finally
        {
            _ends = true;
            await _server.KillAsync();
            await watcher.DisposeAsync();
        }
        await Task.WhenAll(sending);
        await watching;
    }

    /// <summary>Sends until the end; comes back after a lost connection, without sending anything a second time.</summary>
    private async Task SendAsync(int pump, string secret)
    {
        using PeriodicTimer timer = new(Pause, TimeProvider.System);
        while (!_ends)
        {
            try
            {
                await using MqttDevice device = await MqttDevice.ConnectAsync(_server, Pumps[pump].Twin, secret);
                await SendAsync(device, pump);
                if (device.EndReason is { } reason && !_ends)
                {
                    Reasons.Add(reason);
                }
            }
            catch (Exception lost) when (lost is MqttCommunicationException or IOException or Xunit.Sdk.XunitException)
            {
                // Gone, or not taking connections for the time being.
            }
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task SendAsync(MqttDevice device, int pump)
    {
        Attempts attempts = Pumps[pump];
        using SemaphoreSlim window = new(InFlight);
        List<Task> answers = [];
        while (device.IsConnected && !_ends)
        {
            await window.WaitAsync(TestContext.Current.CancellationToken);
            answers.Add(PublishAsync(device, pump, attempts.Begin(), window));
        }
        await Task.WhenAll(answers);
    }

    private async Task PublishAsync(MqttDevice device, int pump, int value, SemaphoreSlim window)
    {
        try
        {
            MqttClientPublishResult result = await device.PublishAsync($"twins/{Pumps[pump].Twin}/data", Body(pump, value));
            if (result.ReasonCode == MqttClientPublishReasonCode.Success)
            {
                Acknowledge(Pumps[pump], value);
            }
            else
            {
                Refused++;
                await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
        catch (Exception lost) when (lost is not Xunit.Sdk.XunitException)
        {
            // The connection is gone: whether the server took the value is not known.
        }
        finally
        {
            window.Release();
        }
    }

    private Task PostAsync() => UntilGoneAsync(() =>
    {
        Attempts attempts = Pumps[^1];
        int value = attempts.Begin();
        return TryAsync(attempts, value, _server.Admin.PostAsync($"api/v1/devices/{HttpPump}/data", Body(Pumps.Count - 1, value)));
    });

    private Task PatchAsync() => UntilGoneAsync(async () =>
    {
        int name = Names.Begin();
        await TryAsync(Names, name, _server.Admin.PatchAsync($"digitaltwins/{Station}", $$"""[{"op":"replace","path":"/name","value":"{{name}}"}]"""));
        int guest = Created.Begin();
        await TryAsync(Created, guest, _server.Admin.PutAsync($"digitaltwins/guest-{guest}", $$$"""{"$metadata":{"$model":"{{{TestModels.Station}}}"}}"""));
        if (guest >= 2)
        {
            int leaving = Deleted.Begin();
            await TryAsync(Deleted, leaving, _server.Admin.DeleteAsync($"digitaltwins/guest-{leaving}"));
        }
    });

    private async Task TryAsync(Attempts attempts, int value, Task<Answer> request)
    {
        Answer answer = await request;
        if (answer.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage)
        {
            Refused++;
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        else if (answer.Status != HttpStatusCode.NotFound || attempts != Deleted)
        {
            Assert.True((int)answer.Status is 200 or 204, $"{attempts.Twin} {value}: {(int)answer.Status} {answer.Text}");
            Acknowledge(attempts, value);
        }
    }

    private async Task UntilGoneAsync(Func<Task> request)
    {
        while (!_ends)
        {
            try
            {
                await request();
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                // The server is gone: whether it took the request is not known.
                await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Why connections of devices ended.</summary>
    public ConcurrentBag<MqttClientDisconnectReason> Reasons { get; } = [];

    private async Task WatchAsync(ChangeWatcher watcher)
    {
        try
        {
            while (!_ends)
            {
                (string id, JsonElement change) = await watcher.NextAsync();
                _seen.Add(SeenEvent.Of(id, change));
            }
        }
        catch (OperationCanceledException) when (_ends)
        {
            // The watcher was closed: nothing came any more.
        }
    }

    private void Acknowledge(Attempts attempts, int value)
    {
        attempts.Acknowledge(value);
        if (Interlocked.Increment(ref _acknowledged) >= Volatile.Read(ref _enoughAt))
        {
            _enough.TrySetResult();
        }
    }

    private static string Body(int pump, int value) => $$"""{"$time":"{{TimeOf(pump, value)}}","count":{{value}}}""";
}
