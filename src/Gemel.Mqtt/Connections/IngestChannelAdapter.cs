using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gemel.Cluster;
using Gemel.Mqtt.Outputs;
using Gemel.Mqtt.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Gemel.Mqtt.Connections;

/// <summary>One client's connection, seen by the MQTT server as a channel that carries no data publishes.</summary>
/// <remarks>
/// MQTTnet handles and acknowledges one publish after the other, so a connection would carry one message per commit. Hence
/// this adapter stands between the socket and MQTTnet's server: it splits the packets itself, takes every PUBLISH and
/// PUBREL, gathers a wave per read, and answers in order after the wave's commit. SUBSCRIBE and UNSUBSCRIBE are
/// answered here too, since what may be seen is narrowed here. Everything else (the session, acknowledgements of
/// what the server sends, DISCONNECT) goes through to MQTTnet.
///
/// Life: <see cref="ReadConnectAsync"/>, then <see cref="Begin"/> once the client is admitted, then MQTTnet calls
/// <see cref="ReceivePacketAsync"/> until it returns null, then <see cref="FinishAsync"/>. Whoever wants the connection
/// closed calls <see cref="RequestClose"/>: the reader stops, what was taken is answered, DISCONNECT is sent. A client that
/// holds this up by not reading is cut off by <see cref="Check"/>.
/// Threading: the reader is one loop; sending and closing come from anywhere.
/// </remarks>
internal sealed partial class IngestChannelAdapter : IMqttChannelAdapter
{
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);

    private readonly ConnectionContext _context;
    private readonly DoorServices _door;
    private readonly PipeReader _input;
    private readonly PacketOutput _output;
    private readonly ArrayBufferWriter<byte> _scratch = new();

    // Never disposed: the watch may look at a connection, and cut it, a moment after its end. Without a timer a source holds nothing.
    private readonly CancellationTokenSource _hardStop = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttPacketFormatterAdapter? _formatter;
    private CloseRequest? _close;
    private Admitted? _admitted;
    private IIngestSession? _ingest;
    private AckQueue? _acks;
    private PublishIntake? _intake;
    private CancellationTokenRegistration _serverStop;
    private bool _connectIsDue;
    private long _presence;
    private long _bytesReceived;
    private long _lastActivity;
    private bool _isActive;

    public IngestChannelAdapter(ConnectionContext context, DoorServices door)
    {
        _context = context;
        _door = door;
        _input = context.Transport.Input;
        _output = new PacketOutput(context.Transport.Output);
        _lastActivity = door.Clock.GetTimestamp();
    }

    /// <summary>Ends when the last wave is committed or failed and the session is released.</summary>
    public Task Finished => _finished.Task;

    public MqttPacketFormatterAdapter PacketFormatterAdapter => _formatter ??= new MqttPacketFormatterAdapter(new MqttBufferWriter(256, 65_535));

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    public long BytesSent => _output.BytesSent;

    public X509Certificate2? ClientCertificate => (_context.Features.Get<ITlsConnectionFeature>()
        ?? _context.Features.Get<IHttpContextFeature>()?.HttpContext?.Features.Get<ITlsConnectionFeature>())?.ClientCertificate;

    /// <summary>Behind a trusted proxy what that says of the client, for a WebSocket.</summary>
    public EndPoint? RemoteEndPoint => _context.Features.Get<IHttpContextFeature>()?.HttpContext?.Connection is { RemoteIpAddress: { } address } connection
        ? new IPEndPoint(address, connection.RemotePort)
        : _context.RemoteEndPoint;

    public EndPoint? LocalEndPoint => _context.LocalEndPoint;

    public bool IsSecureConnection => _context.Features.Get<ITlsConnectionFeature>() is not null
        || _context.Features.Get<IHttpContextFeature>()?.HttpContext?.Request.IsHttps == true;

    private Admitted Client => _admitted ?? throw new InvalidOperationException("The client is not admitted yet.");

    private bool IsVersion5 => Client.IsVersion5;

    public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Nothing: the transport is closed by its owner when <see cref="FinishAsync"/> is done.</summary>
    public Task DisconnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void ResetStatistics() => Volatile.Write(ref _bytesReceived, 0);

    /// <summary>Nothing: <see cref="FinishAsync"/> has released what the connection held.</summary>
    public void Dispose()
    {
    }

    /// <summary>Takes over the admitted client; MQTTnet's first packet will be its CONNECT.</summary>
    public void Begin(Admitted admitted)
    {
        _admitted = admitted;
        AckStyle style = new(admitted.IsVersion5, admitted.Connect.RequestProblemInformation);
        _ingest = _door.Instance.Ingest.Open(admitted.Identity, "mqtt");
        _acks = new AckQueue(_output, admitted.Session.Inbox, style, _door.Metrics, OnCommitFailed);
        _intake = new PublishIntake(_ingest, admitted.Identity, admitted.Session.Inbox, _acks, style, _door.Options, _door.Instance.Rejections, _door.Metrics, _door.Clock);
        ushort maximum = admitted.Connect.ReceiveMaximum;
        admitted.Session.Window.Limit(maximum == 0 ? ushort.MaxValue : maximum);
        if (admitted.Identity.Device is { } device)
        {
            _presence = _door.Instance.Presence.Connected(device, admitted.ClientId, RemoteEndPoint);
        }
        _connectIsDue = true;
        Volatile.Write(ref _lastActivity, _door.Clock.GetTimestamp());
        MqttLog.Connected(_door.Log, admitted.Identity.Name, admitted.ClientId, RemoteEndPoint);
    }

    /// <summary>Asks the reader to end; the first reason stands.</summary>
    public void RequestClose(ReasonCode reason, string endReason)
    {
        CloseRequest request = new(reason, endReason, _door.Clock.GetTimestamp());
        if (Interlocked.CompareExchange(ref _close, request, null) is null)
        {
            _input.CancelPendingRead();
        }
    }

    /// <summary>Looks after deadlines; called about once a second, and perhaps once more after the end.</summary>
    public void Check(Catalog catalog)
    {
        TimeProvider clock = _door.Clock;
        if (_close is { } close)
        {
            if (clock.GetElapsedTime(close.At) >= CloseGrace)
            {
                Abort();
            }
            return;
        }
        if (_admitted is not { } client)
        {
            CheckConnectTimeout();
            return;
        }
        if (!client.HoldsCredential(catalog, Timestamp.From(clock.GetUtcNow()), _door.Certificates))
        {
            RequestClose(ReasonCode.AdministrativeAction, EndReasons.CredentialsChanged);
        }
        CheckKeepAlive(client.KeepAlive);
    }

    /// <summary>The CONNECT as MQTTnet is to see it: under the session's key, without keep-alive and will, which are kept here.</summary>
    private static MqttConnectPacket ForServer(Admitted client) => new()
    {
        ClientId = client.Session.Key,
        Username = client.Identity.Name,
        CleanSession = !client.IsResumed && client.Connect.CleanSession,
        SessionExpiryInterval = client.Connect.SessionExpiryInterval,
        RequestProblemInformation = client.Connect.RequestProblemInformation,
        ReceiveMaximum = client.Connect.ReceiveMaximum,
        MaximumPacketSize = client.Connect.MaximumPacketSize,
    };

    /// <summary>Cuts the socket and everything that waits for the server's own queues.</summary>
    private void Abort()
    {
        _hardStop.Cancel();
        _context.Abort();
    }

    private void CheckConnectTimeout()
    {
        if (_door.Clock.GetElapsedTime(_lastActivity) >= _door.Options.ConnectTimeout)
        {
            RequestClose(ReasonCode.Success, EndReasons.ConnectTimeout);
            _context.Abort();
        }
    }

    /// <summary>[MQTT-3.1.2-22]: one and a half times the keep-alive without a packet ends the connection; not while
    /// the server itself holds the reader up.</summary>
    private void CheckKeepAlive(TimeSpan keepAlive)
    {
        if (Volatile.Read(ref _isActive))
        {
            Volatile.Write(ref _isActive, false);
            Volatile.Write(ref _lastActivity, _door.Clock.GetTimestamp());
        }
        else if (keepAlive > TimeSpan.Zero && !_isHeldUp && _door.Clock.GetElapsedTime(_lastActivity) >= keepAlive * 1.5)
        {
            RequestClose(ReasonCode.KeepAliveTimeout, EndReasons.KeepAliveTimeout);
        }
    }

    private void OnCommitFailed(Exception failure)
    {
        if (failure is GemelException known)
        {
            MqttLog.CommitFailed(_door.Log, Client.Identity.Name, failure);
            RequestClose(ReasonCodes.OfFailedCommit(known.Error), EndReasons.CommitFailed);
            return;
        }
        if (failure is not OperationCanceledException)
        {
            MqttLog.CommitBroken(_door.Log, Client.Identity.Name, failure);
        }
        RequestClose(ReasonCode.Unspecified, EndReasons.CommitFailed);
    }

    private sealed record CloseRequest(ReasonCode Reason, string EndReason, long At);
}
