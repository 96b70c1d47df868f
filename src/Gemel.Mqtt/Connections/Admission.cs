using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gemel.Cluster;
using Gemel.Mqtt.Sessions;
using Gemel.Security;
using Microsoft.Extensions.Logging;
using MQTTnet.Packets;

namespace Gemel.Mqtt.Connections;

/// <summary>A client that may come in.</summary>
/// <param name="Connect">As sent, but for what <see cref="IngestChannelAdapter"/> keeps from MQTTnet.</param>
/// <param name="KeepAlive">Zero: none.</param>
/// <param name="Expiry">How long the session outlives the connection.</param>
/// <param name="SecretHash">The device's secret as it was; a change ends the connection. Null for keys, and for devices that came by certificate.</param>
/// <param name="Certificate">What the device came by; null where it showed a secret.</param>
/// <param name="AssignedClientId">Given by the server; null where the client brought its own.</param>
internal sealed record Admitted(
    MqttConnectPacket Connect,
    bool IsVersion5,
    Identity Identity,
    string ClientId,
    string? AssignedClientId,
    ClientSession Session,
    bool IsResumed,
    TimeSpan KeepAlive,
    TimeSpan Expiry,
    Will? Will,
    string? SecretHash,
    X509Certificate2? Certificate)
{
    /// <summary>False once what it showed no longer opens: device or key gone, another secret, a certificate ended or revoked.</summary>
    public bool HoldsCredential(Catalog catalog, Timestamp now, IClientCertificates? certificates) => Identity.HoldsCredential(catalog, now) && (Certificate is null
        ? Identity.Device is not { } device || catalog.Devices.GetValueOrDefault(device.Value)?.SecretHash == SecretHash
        : certificates?.ProblemOf(Certificate) is null);
}

/// <summary>Decides on a CONNECT: who it is, under which name, with which will.</summary>
internal sealed class Admission(IInstance instance, SessionRegistry sessions, GuessBrake brake, MqttOptions options, ILogger<Admission> logger)
{
    private const string Door = "mqtt";

    /// <returns>Null where another connection took the session over before this one had it.</returns>
    public async ValueTask<Outcome<Admitted?>> AdmitAsync(
        MqttConnectPacket connect, bool isVersion5, IngestChannelAdapter connection, CancellationToken cancellationToken)
    {
        X509Certificate2? certificate = connection.ClientCertificate;
        if (ProblemOf(connect, isVersion5, certificate) is { } problem)
        {
            return problem;
        }
        Outcome<Identity> authenticated = await AuthenticateAsync(connect, certificate, connection.RemoteEndPoint, cancellationToken).ConfigureAwait(false);
        if (!authenticated.TryGetValue(out Identity? identity))
        {
            return Outcome<Admitted?>.Failure(authenticated.Errors);
        }
        Will? will = connect.WillFlag ? new Will(connect) : null;
        if (will is not null && !will.IsAllowed(identity, instance.Catalog))
        {
            return MqttErrors.WillRefused.With(will.Topic, identity.Name);
        }
        string? assigned = string.IsNullOrEmpty(connect.ClientId) ? $"auto-{Guid.NewGuid():N}" : null;
        string clientId = assigned ?? connect.ClientId;
        string key = SessionRegistry.KeyOf(identity, clientId);
        Outcome<(ClientSession Session, bool IsResumed)?> acquired = await sessions.AcquireAsync(key, identity, connection, connect.CleanSession).ConfigureAwait(false);
        if (!acquired.TryGetValue(out (ClientSession Session, bool IsResumed)? session))
        {
            return Outcome<Admitted?>.Failure(acquired.Errors);
        }
        return session is not { } held ? Outcome<Admitted?>.Success(null) : new Admitted(
            connect, isVersion5, identity, clientId, assigned, held.Session, held.IsResumed, TimeSpan.FromSeconds(connect.KeepAlivePeriod), ExpiryOf(connect, isVersion5), will, certificate is null ? SecretHashOf(identity) : null, certificate);
    }

    /// <summary>MQTT 5 gives seconds; a 3.1.1 session that is not clean has no end of its own and gets the longest.</summary>
    public TimeSpan ExpiryOf(MqttConnectPacket connect, bool isVersion5) => isVersion5
        ? LimitExpiry(connect.SessionExpiryInterval)
        : connect.CleanSession ? TimeSpan.Zero : options.MaxSessionExpiry;

    public TimeSpan LimitExpiry(uint seconds)
    {
        TimeSpan asked = TimeSpan.FromSeconds(seconds);
        return asked < options.MaxSessionExpiry ? asked : options.MaxSessionExpiry;
    }

    /// <summary>A certificate was checked in the handshake and says which device it is: a user name besides must say the same, and no password is looked at.</summary>
    private async ValueTask<Outcome<Identity>> AuthenticateAsync(MqttConnectPacket connect, X509Certificate2? certificate, EndPoint? remote, CancellationToken cancellationToken)
    {
        string user = connect.Username ?? "";
        IPAddress? address = (remote as IPEndPoint)?.Address;
        TimeSpan wait = brake.WaitOf(address, user, Door);
        if (wait > TimeSpan.Zero)
        {
            MqttLog.Slowed(logger, NameOf(user), address, wait);
            return MqttErrors.TooManyAttempts.With((long)Math.Ceiling(wait.TotalSeconds));
        }
        Identity? identity = certificate is null
            ? await instance.Authenticator.AuthenticateAsync(user, connect.Password, cancellationToken).ConfigureAwait(false)
            : DeviceOf(certificate, user);
        if (identity is null || identity.Role == Role.Scraper)
        {
            brake.Failed(address, user, connect.Password, Door);
            MqttLog.CredentialRefused(logger, NameOf(user), address);
            return MqttErrors.CredentialsRefused.With();
        }
        brake.Succeeded(address, user, identity.Name);
        return identity;
    }

    private Identity? DeviceOf(X509Certificate2 certificate, string user)
    {
        string? device = DeviceCertificate.IdOf(certificate);
        return device is not null && (user.Length == 0 || user == device) ? instance.Authenticator.AuthenticateCertificate(device) : null;
    }

    // What a stranger calls itself may be a secret put in the wrong place: only names that we know are logged.
    private string NameOf(string user) => instance.Catalog.Devices.ContainsKey(user) ? $"device:{LogText.Of(user)}" : "somebody";

    private string? SecretHashOf(Identity identity) =>
        identity.Device is { } device ? instance.Catalog.Devices.GetValueOrDefault(device.Value)?.SecretHash : null;

    private GemelError? ProblemOf(MqttConnectPacket connect, bool isVersion5, X509Certificate2? certificate)
    {
        if (instance.Status.Phase is InstancePhase.Starting or InstancePhase.Stopping)
        {
            return MqttErrors.NotReady.With(instance.Status.Phase == InstancePhase.Starting ? "starting" : "stopping");
        }
        if (!string.IsNullOrEmpty(connect.AuthenticationMethod))
        {
            return MqttErrors.AuthenticationMethod.With(connect.AuthenticationMethod);
        }
        if (certificate is null && (string.IsNullOrEmpty(connect.Username) || connect.Password is null))
        {
            return MqttErrors.CredentialsRefused.With();
        }
        return ConnectReader.ProblemOf(connect.ClientId, isVersion5, connect.CleanSession) is { } problem ? MqttErrors.ClientIdInvalid.With(problem) : null;
    }
}
