using System.Globalization;
using System.Text.Json;
using Gemel.EndToEnd.Clients;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.BadInput;

/// <summary>Clients that hold resources: connections without a word, subscribers that never read.</summary>
public sealed class HostileClientTests
{
    private const int Connections = 10_000;
    private const int SpareDescriptors = 500;
    private const long BytesPerConnection = 16 * 1024;
    private const int Messages = 40_000;
    private const int Payload = 16_000;
    private const long Heap = 512L << 20;

    [Fact]
    public async Task Ten_thousand_silent_connections_cost_little_and_are_closed_while_devices_go_on()
    {
        SkipWhereDescriptorsAreFew();
        await using ServerProcess server = await ServerProcess.StartAsync(settings: ("Mqtt__ConnectTimeout", "00:00:20"));
        await server.Admin.AddModelsAsync(TestModels.All);
        string secret = await server.Admin.AddPumpAsync("pump");
        await using MqttDevice device = await MqttDevice.ConnectAsync(server, "pump", secret);
        await device.PublishAsync("twins/pump/data", """{"flow":0}""");
        long before = server.ResidentBytes();
        List<RawConnection> silent = [];
        try
        {
            while (silent.Count < Connections)
            {
                silent.Add(await RawConnection.OpenAsync(server.Mqtt));
            }
            await device.PublishAsync("twins/pump/data", """{"flow":1}""");
            Assert.Equal(1, (await server.Admin.StateAsync("pump")).GetProperty("flow").GetProperty("$value").GetDouble());
            long grown = server.ResidentBytes() - before;
            Assert.True(grown < Connections * BytesPerConnection, $"{Connections} silent connections cost {grown / Connections} bytes each.");

            await Task.WhenAll(silent.Select(c => c.ReceiveToEndAsync()));
            await device.PublishAsync("twins/pump/data", """{"flow":2}""");
            Assert.True(device.IsConnected);
        }
        finally
        {
            silent.ForEach(c => c.Dispose());
        }
    }

    /// <summary>Bounded are an MQTT subscriber's queue (16 MiB of payloads) and an event stream's one commit and one buffer; what they do not
    /// read stays in the journal, or is dropped and counted. Were either not bounded, it would have to keep all it has not read, which is more
    /// than the whole heap that the server is given here.</summary>
    /// <remarks>Not by the size of the process: that says how much garbage the collector lets lie, which is gigabytes where memory is plenty.</remarks>
    [Fact(Timeout = 120_000)]   // A server without memory may also just stand still.
    public async Task A_subscriber_that_never_reads_costs_bounded_memory_and_slows_nobody_down()
    {
        Assert.True((long)Messages * Payload > Heap, "What is kept by an unbounded queue must not fit.");
        await using ServerProcess server = await ServerProcess.StartAsync(
            null, ("DOTNET_GCHeapHardLimit", Heap.ToString("X", CultureInfo.InvariantCulture)), ("Mqtt__MaxQueuedMessages", "1000000"), ("History__HotRows", "1000"));
        await server.Admin.AddModelsAsync(TestModels.All);
        string secret = await server.Admin.AddPumpAsync("pump");
        using RawConnection deaf = await RawConnection.ConnectAsync(server.Mqtt, "admin", server.Key, receiveBuffer: 4096);
        await deaf.SendAsync(RawConnection.Subscribe("twins/pump/changes"));
        using HttpResponseMessage deafStream = await server.Admin.OpenAsync("api/v1/streams/changes", TestContext.Current.CancellationToken);
        using DeviceSender sender = new(server.Mqtt, "pump", secret, inFlight: 100);

        foreach (int[] part in Enumerable.Range(0, Messages).Chunk(1_000))
        {
            await sender.SendAsync([.. part.Select(Message)], TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, sender.Resent);
        JsonElement count = (await server.Admin.StateAsync("pump")).GetProperty("count").GetProperty("$value");
        Assert.Equal(Messages - 1, count.GetInt32());

        static OutgoingMessage Message(int i) =>
            new("twins/pump/data", System.Text.Encoding.UTF8.GetBytes($$"""{"count":{{i}},"serial":"{{new string('x', Payload)}}"}"""));
    }

    private static void SkipWhereDescriptorsAreFew()
    {
        string line = File.ReadLines("/proc/self/limits").Single(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        int soft = int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]);
        Assert.SkipWhen(soft < Connections + SpareDescriptors, $"The limit of open files is {soft}; this test needs {Connections + SpareDescriptors} (ulimit -n).");
    }
}
