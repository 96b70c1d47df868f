using Gemel.Mqtt.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Packets;
using MQTTnet.Server;

namespace Gemel.Mqtt.Connections;

/// <summary>Takes connections from Kestrel (TCP, TLS, WebSocket), admits clients and gives them to MQTTnet's server.</summary>
internal sealed class MqttDoor(DoorServices services, ConnectionWatch watch, HalfOpenLimit halfOpen) : ConnectionHandler, IMqttServerAdapter
{
    private Func<string, Task<MqttSessionStatus>>? _findSession;

    /// <summary>Set by MQTTnet's server while it runs.</summary>
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    public void UseServer(MqttServer server) => _findSession = server.GetSessionAsync;

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (!watch.TryEnter(services.Options.MaxConnections))
        {
            MqttLog.TooManyConnections(services.Log, services.Options.MaxConnections);
            connection.Abort();
            return;
        }
        if (!halfOpen.TryEnter(connection.RemoteEndPoint))
        {
            MqttLog.TooManyHalfOpen(services.Log, connection.RemoteEndPoint);
            connection.Abort();
            watch.Leave(null);
            return;
        }
        HalfOpenPlace place = new(halfOpen, connection.RemoteEndPoint);
        if (connection.Features.Get<ITransferFormatFeature>() is { } format)
        {
            format.ActiveFormat = TransferFormat.Binary;
        }
        services.Metrics.Opened();
        using IngestChannelAdapter adapter = new(connection, services);
        watch.Add(adapter);
        try
        {
            await ServeAsync(adapter, place).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            MqttLog.ConnectionBroken(services.Log, connection.RemoteEndPoint, failure);
            adapter.RequestClose(ReasonCode.Unspecified, EndReasons.ConnectionLost);
        }
        finally
        {
            place.Leave();
            await adapter.FinishAsync(ForgetAsync).ConfigureAwait(false);
            watch.Leave(adapter);
        }
    }

    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger) => Task.CompletedTask;

    public Task StopAsync() => Task.CompletedTask;

    public void Dispose()
    {
    }

    /// <summary>Makes MQTTnet's server forget a session, where it keeps one.</summary>
    public async Task ForgetAsync(string key)
    {
        try
        {
            MqttSessionStatus session = await _findSession!(key).ConfigureAwait(false);
            await session.DeleteAsync().ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // MQTTnet's answer where it keeps no such session, or is stopped.
        }
    }

    private async Task ServeAsync(IngestChannelAdapter adapter, HalfOpenPlace place)
    {
        if (await adapter.ReadConnectAsync().ConfigureAwait(false) is not { } first)
        {
            return;
        }
        if (first.Problem != ReasonCode.Success)
        {
            await RefuseAsync(adapter, first.Problem, first.IsVersion5, null).ConfigureAwait(false);
            return;
        }
        Outcome<Admitted?> outcome = await AdmitAsync(first.Connect!, first.IsVersion5, adapter).ConfigureAwait(false);
        if (!outcome.TryGetValue(out Admitted? admitted))
        {
            MqttLog.Refused(services.Log, adapter.RemoteEndPoint, outcome.Errors[0]);
            await RefuseAsync(adapter, ReasonCodes.Of(outcome.Errors[0]), first.IsVersion5, outcome.Errors[0]).ConfigureAwait(false);
            return;
        }
        if (admitted is not null && ClientHandler is { } serve)
        {
            place.Leave();
            adapter.UseServer(_findSession!);
            adapter.Begin(admitted);
            await serve(adapter).ConfigureAwait(false);
        }
    }

    private async ValueTask<Outcome<Admitted?>> AdmitAsync(MqttConnectPacket connect, bool isVersion5, IngestChannelAdapter adapter)
    {
        try
        {
            return await services.Admission.AdmitAsync(connect, isVersion5, adapter, CancellationToken.None).ConfigureAwait(false);
        }
        catch (GemelException unavailable)
        {
            MqttLog.Refused(services.Log, adapter.RemoteEndPoint, unavailable.Error);
            return MqttErrors.NotReady.With("not able to check credentials");
        }
    }

    /// <summary>A malformed first packet may not be MQTT at all and gets no answer.</summary>
    private static async ValueTask RefuseAsync(IngestChannelAdapter adapter, ReasonCode reason, bool isVersion5, GemelError? error)
    {
        adapter.RequestClose(reason, reason == ReasonCode.MalformedPacket ? EndReasons.ProtocolError : EndReasons.Refused);
        if (reason != ReasonCode.MalformedPacket)
        {
            _ = await adapter.RefuseAsync(reason, isVersion5, error).ConfigureAwait(false);
        }
    }

    /// <summary>A connection's place among those nobody knows yet; left once.</summary>
    private sealed class HalfOpenPlace(HalfOpenLimit limit, System.Net.EndPoint? remote)
    {
        private bool _isLeft;

        public void Leave()
        {
            if (!_isLeft)
            {
                _isLeft = true;
                limit.Leave(remote);
            }
        }
    }
}
