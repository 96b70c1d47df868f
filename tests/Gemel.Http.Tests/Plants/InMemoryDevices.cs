using System.Collections.Immutable;
using System.Net;
using System.Text;
using Gemel.Cluster;
using Gemel.Graph;

namespace Gemel.Http.Tests;

/// <summary>Devices with secrets in clear, who they are, and a fixed presence.</summary>
internal sealed class InMemoryDevices(InMemoryInstance instance) : IDeviceRegistry, IAuthenticator, IPresence
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
        // A bearer key of lesser right, which the real one does not have yet: the gate must still refuse it.
        return key.SequenceEqual("a-devices-key") ? new Identity("device:d1", Role.Device, DeviceId.Create("d1")) : null;
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
