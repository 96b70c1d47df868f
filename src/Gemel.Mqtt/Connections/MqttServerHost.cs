using Gemel.Mqtt.Outputs;
using Gemel.Mqtt.Protocol;
using Gemel.Mqtt.Sessions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Gemel.Mqtt.Connections;

/// <summary>Runs MQTTnet's server behind the door, and ends all connections in good order.</summary>
internal sealed class MqttServerHost : IHostedService, IAsyncDisposable
{
    // MQTTnet's own keep-alive watch sees no data publishes, so it gets no client with a keep-alive and seldom looks.
    private static readonly TimeSpan ServerWatchInterval = TimeSpan.FromMinutes(5);

    private readonly MqttServer _server;
    private readonly MqttDoor _door;
    private readonly ConnectionWatch _watch;
    private readonly OutputHub _hub;
    private readonly SessionRegistry _sessions;
    private readonly CancellationTokenRegistration _stopping;

    public MqttServerHost(
        MqttDoor door, ConnectionWatch watch, OutputHub hub, SessionRegistry sessions, MqttOptions options, IHostApplicationLifetime lifetime, ILogger<MqttServerHost> log)
    {
        (_door, _watch, _hub, _sessions) = (door, watch, hub, sessions);
        _stopping = lifetime.ApplicationStopping.Register(CloseAll);   // before Kestrel, which waits for its connections to end
        MqttServerOptions serverOptions = new()
        {
            EnablePersistentSessions = true,
            MaxPendingMessagesPerClient = (options.MaxUnacknowledgedSends * 2) + 64,
            PendingMessagesOverflowStrategy = MqttPendingMessagesOverflowStrategy.DropNewMessage,
        };
        serverOptions.KeepAliveOptions.MonitorInterval = ServerWatchInterval;
        _server = new MqttServer(serverOptions, [door], new ServerLogger(log));
        _server.ClientAcknowledgedPublishPacketAsync += acknowledged =>
        {
            sessions.Find(acknowledged.ClientId)?.Window.Leave();
            return Task.CompletedTask;
        };
        hub.ChangesLost += session => sessions.ConnectionOf(session)?.RequestClose(ReasonCode.QuotaExceeded, EndReasons.ChangesLost);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _door.UseServer(_server);
        _sessions.Forget = _door.ForgetAsync;
        return _server.StartAsync();
    }

    /// <summary>Every connection answers what it has taken and says goodbye; then the server stops.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        CloseAll();
        try
        {
            await Task.WhenAll(_watch.Connections.Select(connection => connection.Finished)).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The host's patience is over; Kestrel cuts what is left.
        }
        await _server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
        await _hub.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.DisposeAsync().ConfigureAwait(false);
        _watch.Dispose();
        await _hub.DisposeAsync().ConfigureAwait(false);
        _server.Dispose();
    }

    private void CloseAll()
    {
        _watch.Close();
        foreach (IngestChannelAdapter connection in _watch.Connections)
        {
            connection.RequestClose(ReasonCode.ServerShuttingDown, EndReasons.ServerStopping);
        }
    }

    /// <summary>Lets MQTTnet's errors be seen; what it says about single clients is known here better.</summary>
    private sealed class ServerLogger(ILogger log) : IMqttNetLogger
    {
        public bool IsEnabled => true;

        public void Publish(MqttNetLogLevel level, string source, string message, object[]? parameters, Exception? exception)
        {
            if (level == MqttNetLogLevel.Error)
            {
                string text = parameters is { Length: > 0 } ? string.Format(System.Globalization.CultureInfo.InvariantCulture, message, parameters) : message;
                MqttLog.ServerMessage(log, source, text, exception);
            }
        }
    }
}
