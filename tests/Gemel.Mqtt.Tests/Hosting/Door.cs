using System.Net;
using System.Net.Sockets;
using Gemel.Cluster;
using Gemel.Mqtt.Connections;
using Gemel.Mqtt.Outputs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;
using MQTTnet.Formatter;

namespace Gemel.Mqtt.Tests.Hosting;

/// <summary>The MQTT door on free ports of the loopback address, before an instance in memory.</summary>
internal sealed class Door : IAsyncDisposable
{
    private readonly WebApplication _host;

    private Door(WebApplication host) => _host = host;

    public required FakeInstance Instance { get; init; }

    public required FakeStates States { get; init; }

    public required FakeTimeProvider Clock { get; init; }

    public int Port { get; private set; }

    public int WebPort { get; private set; }

    public static async Task<Door> OpenAsync(Action<MqttOptions>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseGemelMqtt());
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        FakeInstance instance = new();
        FakeStates states = new();
        FakeTimeProvider clock = new();
        builder.Services.AddSingleton<IInstance>(instance);
        builder.Services.AddSingleton<ITwinStates>(states);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddGemelMqtt(configure);
        WebApplication host = builder.Build();
        host.UseWebSockets();
        host.MapGemelMqtt();
        Door door = new(host) { Instance = instance, States = states, Clock = clock };
        await host.StartAsync(TestContext.Current.CancellationToken);
        string[] addresses = [.. host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        door.Port = new Uri(addresses[0]).Port;
        door.WebPort = new Uri(addresses[1]).Port;
        return door;
    }

    public T Service<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public MqttClientOptionsBuilder ClientOptions(string device, MqttProtocolVersion version = MqttProtocolVersion.V500) => new MqttClientOptionsBuilder()
        .WithTcpServer("127.0.0.1", Port)
        .WithProtocolVersion(version)
        .WithTimeout(TimeSpan.FromSeconds(60))
        .WithClientId($"client-of-{device}")
        .WithCredentials(device, device == "admin" ? FakeInstance.AdminKey : $"{device}-secret");

    public Task<IMqttClient> ConnectAsync(string device, MqttProtocolVersion version = MqttProtocolVersion.V500) =>
        ConnectAsync(ClientOptions(device, version).Build());

    public static async Task<IMqttClient> ConnectAsync(MqttClientOptions options)
    {
        IMqttClient client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(options, TestContext.Current.CancellationToken);
        return client;
    }

    public async Task<RawClient> OpenSocketAsync()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
        return new RawClient(socket);
    }

    /// <summary>What a connection is sent that the door closes at once; empty where it is nothing.</summary>
    /// <remarks>The close may come before the client's own call to connect has returned, which is then told of the reset.</remarks>
    public async Task<byte[]> ReceiveOfTooManyAsync()
    {
        try
        {
            using RawClient client = await OpenSocketAsync();
            return await client.ReceiveAsync();
        }
        catch (SocketException closed) when (closed.SocketErrorCode == SocketError.ConnectionReset)
        {
            return [];
        }
    }

    /// <summary>A raw client that is connected.</summary>
    public async Task<RawClient> OpenSocketAsync(string device, byte level, string? clientId = null)
    {
        RawClient client = await OpenSocketAsync();
        await client.SendAsync(RawPackets.Connect(device, $"{device}-secret", level, clientId ?? $"raw-{device}"));
        byte[] accepted = await client.ReceiveAsync();
        Assert.Equal(0x20, accepted[0]);
        Assert.Equal(0, accepted[3]);
        return client;
    }

    /// <summary>Ends when the door has so many connections.</summary>
    public Task Connections(int count) => Service<ConnectionWatch>().ReachedAsync(count).WaitAsync(TestContext.Current.CancellationToken);

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Instance.Ingest.Release();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(5));
        await _host.StopAsync(patience.Token);
        await _host.DisposeAsync();
    }
}
