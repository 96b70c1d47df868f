using System.Collections.Immutable;
using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>Changes devices, their bindings and secrets. Reading goes through <see cref="Catalog.Devices"/>.</summary>
public interface IDeviceRegistry
{
    /// <summary>Creates a device, or changes bindings, mapping and interval of a present one; never its secret.</summary>
    ValueTask<Outcome<DeviceRegistration>> PutAsync(DeviceId id, DeviceSettings settings, Actor actor, CancellationToken cancellationToken);

    /// <summary>Makes a new secret; the former one ends at once.</summary>
    ValueTask<Outcome<DeviceRegistration>> RenewSecretAsync(DeviceId id, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<DeviceRecord>> BindAsync(DeviceId id, TwinId twin, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<DeviceRecord>> UnbindAsync(DeviceId id, TwinId twin, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<DeviceRecord>> DeleteAsync(DeviceId id, Actor actor, CancellationToken cancellationToken);
}

/// <param name="Twins">Null: at creation the twin of the same id, later no change.</param>
/// <param name="Mapping">Name of a stored mapping; null for none.</param>
public sealed record DeviceSettings(ImmutableArray<TwinId>? Twins, string? Mapping, TimeSpan? Interval)
{
    /// <summary>Null: at creation no, later no change.</summary>
    public bool? RequiresCertificate { get; init; }
}

/// <param name="Secret">The secret in clear, only in the answer that made it; null otherwise.</param>
public sealed record DeviceRegistration(DeviceRecord Device, string? Secret);
