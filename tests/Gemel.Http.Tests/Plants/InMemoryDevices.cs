using System.Collections.Immutable;
using System.Net;
using System.Text;
using Gemel.Cluster;
using Gemel.Graph;

namespace Gemel.Http.Tests;

/// <summary>Devices with secrets in clear, who they are, and a fixed presence.</summary>
internal sealed class InMemoryDevices(InMemoryInstance instance) : IDeviceRegistry, IKeyStore, IAuthenticator, IPresence
{
    private readonly Dictionary<string, string> _secrets = [];
    private int _made;

    /// <summary>How often a bearer key was looked at; a remembered one is not.</summary>
    public int BearerChecks { get; private set; }

    public ValueTask<Outcome<DeviceRegistration>> PutAsync(DeviceId id, DeviceSettings settings, Actor actor, CancellationToken cancellationToken)
    {
        bool known = instance.Catalog.Devices.TryGetValue(id.Value, out DeviceRecord? before);
        ImmutableArray<TwinId> twins = settings.Twins ?? before?.Twins ?? [TwinId.Create(id.Value)];
        DeviceRecord device = new(id, twins, "hash", before?.Created ?? InMemoryTwins.Start, settings.Mapping, settings.Interval);
        Store(device);
        return new(Outcome<DeviceRegistration>.Success(new DeviceRegistration(device, known ? null : NewSecret(id))));
    }

    public ValueTask<Outcome<DeviceRegistration>> RenewSecretAsync(DeviceId id, Actor actor, CancellationToken cancellationToken) =>
        Change(id, d => d, d => new DeviceRegistration(d, NewSecret(id)));

    public ValueTask<Outcome<DeviceRecord>> BindAsync(DeviceId id, TwinId twin, Actor actor, CancellationToken cancellationToken) =>
        Change(id, d => d with { Twins = d.Twins.Add(twin) }, d => d);

    public ValueTask<Outcome<DeviceRecord>> UnbindAsync(DeviceId id, TwinId twin, Actor actor, CancellationToken cancellationToken) =>
        Change(id, d => d with { Twins = d.Twins.Remove(twin) }, d => d);

    public ValueTask<Outcome<DeviceRecord>> DeleteAsync(DeviceId id, Actor actor, CancellationToken cancellationToken)
    {
        if (!instance.Catalog.Devices.TryGetValue(id.Value, out DeviceRecord? device))
        {
            return new(Outcome<DeviceRecord>.Failure([HttpErrors.UnknownDevice.With(id.Value)]));
        }
        instance.Catalog = instance.Catalog with { Devices = instance.Catalog.Devices.Remove(id.Value) };
        _secrets.Remove(id.Value);
        return new(Outcome<DeviceRecord>.Success(device));
    }

    public ValueTask<Identity?> AuthenticateAsync(string user, ReadOnlyMemory<byte> password, CancellationToken cancellationToken)
    {
        bool valid = _secrets.TryGetValue(user, out string? secret) && secret == Encoding.UTF8.GetString(password.Span);
        return new(valid ? new Identity($"device:{user}", Role.Device, DeviceId.Create(user)) : null);
    }

    public Identity? AuthenticateBearer(ReadOnlySpan<char> key)
    {
        BearerChecks++;
        if (key.SequenceEqual(InMemoryInstance.AdminKey))
        {
            return new Identity("key:admin", Role.Administrator, null);
        }
        string shown = key.ToString();
        foreach (KeyRecord record in instance.Catalog.Keys.Values)
        {
            if (record.Secrets.Any(secret => secret.Hash == shown))
            {
                return new Identity($"key:{record.Name}", record.Role, null);
            }
        }
        // A device as a bearer, which the real one does not know: the gate must still refuse it.
        return key.SequenceEqual("a-devices-key") ? new Identity("device:d1", Role.Device, DeviceId.Create("d1")) : null;
    }

    public Identity? AuthenticateCertificate(string device) => throw new NotSupportedException();

    public void Used(Identity identity) => Uses++;

    /// <summary>How often a remembered key was used.</summary>
    public int Uses { get; private set; }

    /// <summary>Keys are kept in clear, as their own hash.</summary>
    public ValueTask<Outcome<KeyIssue>> AddAsync(string name, Role role, Timestamp? expires, Actor actor, CancellationToken cancellationToken)
    {
        if (instance.Catalog.Keys.ContainsKey(name))
        {
            return new(Outcome<KeyIssue>.Failure([ClusterErrors.KeyExists.With(name)]));
        }
        return Issue(new KeyRecord(name, role, [], InMemoryTwins.Start, actor.Name, expires, Timestamp.None));
    }

    public ValueTask<Outcome<KeyIssue>> RotateAsync(string name, TimeSpan overlap, Actor actor, CancellationToken cancellationToken)
    {
        if (!instance.Catalog.Keys.TryGetValue(name, out KeyRecord? present))
        {
            return new(Outcome<KeyIssue>.Failure([ClusterErrors.KeyNotFound.With(name)]));
        }
        Timestamp end = InMemoryTwins.Start.Add(overlap);
        return Issue(present with { Secrets = overlap == TimeSpan.Zero ? [] : [.. present.Secrets.Select(secret => secret with { Expires = end })] });
    }

    public ValueTask<Outcome<KeyRecord>> DeleteAsync(string name, Actor actor, CancellationToken cancellationToken)
    {
        if (!instance.Catalog.Keys.TryGetValue(name, out KeyRecord? present))
        {
            return new(Outcome<KeyRecord>.Failure([ClusterErrors.KeyNotFound.With(name)]));
        }
        instance.Catalog = instance.Catalog with { Keys = instance.Catalog.Keys.Remove(name) };
        return new(Outcome<KeyRecord>.Success(present));
    }

    public Timestamp LastUse(KeyRecord key) => key.LastUse;

    private ValueTask<Outcome<KeyIssue>> Issue(KeyRecord record)
    {
        string key = $"key-{record.Name}-{++_made}";
        KeyRecord issued = record with { Secrets = record.Secrets.Add(new KeySecret(key, InMemoryTwins.Start, null)) };
        instance.Catalog = instance.Catalog with { Keys = instance.Catalog.Keys.SetItem(record.Name, issued) };
        return new(Outcome<KeyIssue>.Success(new KeyIssue(issued, key)));
    }

    public long Connected(DeviceId device, string clientId, EndPoint? remote) => throw new NotSupportedException();

    public void Disconnected(long session, string reason) => throw new NotSupportedException();

    public void Seen(DeviceId device, int messages, int values, TimeSpan? skew) => throw new NotSupportedException();

    public DevicePresence Get(DeviceId device) =>
        new(true, InMemoryTwins.Start, InMemoryTwins.Start, "keepAliveTimeout", "client-1", "192.0.2.7:50312", TimeSpan.FromMilliseconds(20), 10, 80);

    private string NewSecret(DeviceId id) => _secrets[id.Value] = $"secret-{++_made}";

    private void Store(DeviceRecord device) => instance.Catalog = instance.Catalog with { Devices = instance.Catalog.Devices.SetItem(device.Id.Value, device) };

    private ValueTask<Outcome<T>> Change<T>(DeviceId id, Func<DeviceRecord, DeviceRecord> change, Func<DeviceRecord, T> answer)
    {
        if (!instance.Catalog.Devices.TryGetValue(id.Value, out DeviceRecord? device))
        {
            return new(Outcome<T>.Failure([HttpErrors.UnknownDevice.With(id.Value)]));
        }
        DeviceRecord changed = change(device);
        Store(changed);
        return new(Outcome<T>.Success(answer(changed)));
    }
}
