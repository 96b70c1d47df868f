namespace Gemel.Cluster;

/// <summary>Says who somebody is.</summary>
/// <remarks>Answers take the same time whether or not a name exists.</remarks>
public interface IAuthenticator
{
    /// <summary>MQTT user and password, HTTP Basic: a device id with its secret, or <c>admin</c> with the administrator key.</summary>
    /// <returns>Null where the credential is refused.</returns>
    ValueTask<Identity?> AuthenticateAsync(string user, ReadOnlyMemory<byte> password, CancellationToken cancellationToken);

    /// <summary>A bearer key.</summary>
    /// <param name="key">The key as sent.</param>
    Identity? AuthenticateBearer(ReadOnlySpan<char> key);
}

public enum Role
{
    /// <summary>A device: publishes and subscribes for the twins bound to it.</summary>
    Device,
    Administrator,
    /// <summary>A monitoring system: reads metrics.</summary>
    Scraper,
}

/// <param name="Name">For the record: <c>device:gw-1</c>, <c>key:admin</c>, <c>key:metrics</c>.</param>
/// <param name="Device">The device; null for people and programs.</param>
public sealed record Identity(string Name, Role Role, DeviceId? Device)
{
    public bool IsAdministrator => Role == Role.Administrator;

    /// <summary>True for an administrator, and for a device to which the twin is bound in <paramref name="catalog"/>.</summary>
    public bool MayUse(Catalog catalog, ReadOnlySpan<char> twin)
    {
        if (IsAdministrator)
        {
            return true;
        }
        if (Device is not { } device || !catalog.Devices.TryGetValue(device.Value, out DeviceRecord? record))
        {
            return false;
        }
        foreach (TwinId bound in record.Twins)
        {
            if (twin.SequenceEqual(bound.Value))
            {
                return true;
            }
        }
        return false;
    }
}
