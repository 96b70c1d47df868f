using Gemel.Cluster;
using Gemel.Mqtt.Sessions;
using MQTTnet.Packets;

namespace Gemel.Mqtt.Connections;

/// <summary>A client that may come in.</summary>
/// <param name="Connect">As sent, but for what <see cref="IngestChannelAdapter"/> keeps from MQTTnet.</param>
/// <param name="KeepAlive">Zero: none.</param>
/// <param name="Expiry">How long the session outlives the connection.</param>
/// <param name="SecretHash">The device's secret as it was; a change ends the connection. Null for administrators.</param>
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
    string? SecretHash)
{
    /// <summary>False once the device is gone or has another secret than the one it showed.</summary>
    public bool HoldsCredential(Catalog catalog) => Identity.Device is not { } device || catalog.Devices.GetValueOrDefault(device.Value)?.SecretHash == SecretHash;
}

/// <summary>Decides on a CONNECT: who it is, under which name, with which will.</summary>
internal sealed class Admission(IInstance instance, SessionRegistry sessions, MqttOptions options)
{
    /// <returns>Null where another connection took the session over before this one had it.</returns>
    public async ValueTask<Outcome<Admitted?>> AdmitAsync(
        MqttConnectPacket connect, bool isVersion5, IngestChannelAdapter connection, CancellationToken cancellationToken)
    {
        if (ProblemOf(connect, isVersion5) is { } problem)
        {
            return problem;
        }
        Identity? identity = await instance.Authenticator.AuthenticateAsync(connect.Username, connect.Password, cancellationToken).ConfigureAwait(false);
        if (identity is null)
        {
            return MqttErrors.CredentialsRefused.With();
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
            connect, isVersion5, identity, clientId, assigned, held.Session, held.IsResumed, TimeSpan.FromSeconds(connect.KeepAlivePeriod), ExpiryOf(connect, isVersion5), will, SecretHashOf(identity));
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

    private string? SecretHashOf(Identity identity) =>
        identity.Device is { } device ? instance.Catalog.Devices.GetValueOrDefault(device.Value)?.SecretHash : null;

    private GemelError? ProblemOf(MqttConnectPacket connect, bool isVersion5)
    {
        if (instance.Status.Phase is InstancePhase.Starting or InstancePhase.Stopping)
        {
            return MqttErrors.NotReady.With(instance.Status.Phase == InstancePhase.Starting ? "starting" : "stopping");
        }
        if (!string.IsNullOrEmpty(connect.AuthenticationMethod))
        {
            return MqttErrors.AuthenticationMethod.With(connect.AuthenticationMethod);
        }
        if (string.IsNullOrEmpty(connect.Username) || connect.Password is null)
        {
            return MqttErrors.CredentialsRefused.With();
        }
        return ConnectReader.ProblemOf(connect.ClientId, isVersion5, connect.CleanSession) is { } problem ? MqttErrors.ClientIdInvalid.With(problem) : null;
    }
}
