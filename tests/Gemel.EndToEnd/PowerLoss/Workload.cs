using System.Net;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;
using MQTTnet;

namespace Gemel.EndToEnd.PowerLoss;

/// <summary>Load on a server until it is killed: QoS 1 messages of devices with many in flight, values and patches over HTTP, twins that come
/// and go, and a client that follows the changes. Keeps when each was sent and acknowledged.</summary>
internal sealed class Workload
{
    private const int Devices = 3;
    private const int InFlight = 16;
    private const string HttpPump = "pump-http";

    private readonly ServerProcess _server;
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SeenEvent> _seen = [];
    private readonly int _messages;
    private int _acknowledged;
    private volatile bool _ends;

    private Workload(ServerProcess server, int messages) => (_server, _messages) = (server, messages);

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

    /// <summary>Sets a server up and runs the load; ends with the server, which is killed once enough is acknowledged.</summary>
    public static async Task<Workload> RunAsync(ServerProcess server, int messages)
    {
        Workload load = new(server, messages);
        await load.PrepareAsync();
        return load;
    }

    /// <summary>The time that a device writes into a value: one of its own for each, in several months.</summary>
    public static string TimeOf(int pump, int value) => $"2026-0{pump + 3}-01T{value / 3_600_000:00}:{value / 60_000 % 60:00}:{value / 1000 % 60:00}.{value % 1000:000}Z";

    private async Task PrepareAsync()
    {
        await _server.Admin.AddModelsAsync(TestModels.All);
        await _server.Admin.AddTwinAsync(Station, TestModels.Station, "\"name\":\"-1\"");
        List<MqttDevice> connections = [];
        for (int i = 0; i < Devices; i++)
        {
            Pumps.Add(new Attempts($"pump-{i}"));
            connections.Add(await MqttDevice.ConnectAsync(_server, $"pump-{i}", await _server.Admin.AddPumpAsync($"pump-{i}")));
        }
        Pumps.Add(new Attempts(HttpPump));
        await _server.Admin.AddPumpAsync(HttpPump);
        ChangeWatcher watcher = await ChangeWatcher.OpenAsync(_server.Admin, "api/v1/streams/changes");
        Task watching = WatchAsync(watcher);
        Task[] sending = [.. connections.Select((c, i) => Task.Run(() => SendAsync(c, i))), Task.Run(PostAsync), Task.Run(PatchAsync)];
        await Task.WhenAny(_enough.Task, Task.WhenAll(sending)).WaitAsync(TestContext.Current.CancellationToken);
        await _server.KillAsync();
        _ends = true;
        await Task.WhenAll(sending);
        await watcher.DisposeAsync();
        await watching;
        foreach (MqttDevice connection in connections)
        {
            await connection.DisposeAsync();
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
        }
        catch (Exception lost) when (lost is not Xunit.Sdk.XunitException)
        {
            // The server is gone: whether it took the value is not known.
        }
        finally
        {
            window.Release();
        }
    }

    private Task PostAsync() => UntilGoneAsync(async () =>
    {
        Attempts attempts = Pumps[^1];
        int value = attempts.Begin();
        (await _server.Admin.PostAsync($"api/v1/devices/{HttpPump}/data", Body(Pumps.Count - 1, value))).Expect(HttpStatusCode.OK);
        Acknowledge(attempts, value);
    });

    private Task PatchAsync() => UntilGoneAsync(async () =>
    {
        int name = Names.Begin();
        (await _server.Admin.PatchAsync($"digitaltwins/{Station}", $$"""[{"op":"replace","path":"/name","value":"{{name}}"}]""")).Expect(HttpStatusCode.NoContent);
        Acknowledge(Names, name);
        int guest = Created.Begin();
        await _server.Admin.AddTwinAsync($"guest-{guest}", TestModels.Station);
        Acknowledge(Created, guest);
        if (guest >= 2)
        {
            int leaving = Deleted.Begin();
            (await _server.Admin.DeleteAsync($"digitaltwins/guest-{leaving}")).Expect(HttpStatusCode.NoContent);
            Acknowledge(Deleted, leaving);
        }
    });

    private async Task UntilGoneAsync(Func<Task> request)
    {
        while (!_ends)
        {
            try
            {
                await request();
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                return;
            }
        }
    }

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
        if (Interlocked.Increment(ref _acknowledged) == _messages)
        {
            _enough.SetResult();
        }
    }

    private static string Body(int pump, int value) => $$"""{"$time":"{{TimeOf(pump, value)}}","count":{{value}}}""";
}
