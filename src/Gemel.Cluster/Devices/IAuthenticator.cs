namespace Gemel.Cluster;

/// <summary>Says who somebody is.</summary>
/// <remarks>Answers take the same time whether or not a name exists.</remarks>
public interface IAuthenticator
{
    /// <summary>MQTT user and password, HTTP Basic: a device id with its secret, <c>admin</c> with the administrator key, or <c>key:NAME</c> with
    /// the named key.</summary>
    /// <returns>Null where the credential is refused.</returns>
    ValueTask<Identity?> AuthenticateAsync(string user, ReadOnlyMemory<byte> password, CancellationToken cancellationToken);

    /// <summary>A bearer key.</summary>
    /// <param name="key">The key as sent.</param>
    Identity? AuthenticateBearer(ReadOnlySpan<char> key);

    /// <summary>A device whose certificate was checked in its handshake.</summary>
    /// <param name="device">As the certificate names it.</param>
    /// <returns>Null where there is no such device.</returns>
    Identity? AuthenticateCertificate(string device);

    /// <summary>An identity found before was found again without asking: notes the use of its key.</summary>
    void Used(Identity identity);
}

public enum Role
{
    /// <summary>A device: publishes and subscribes for the twins bound to it.</summary>
    Device,
    Administrator,
    /// <summary>A monitoring system: reads metrics.</summary>
    Scraper,
    /// <summary>Reads twins, history, streams, queries, models, mappings, devices.</summary>
    Reader,
    /// <summary>A reader that also changes twins and relationships and sends data for every twin.</summary>
    Writer,
}

/// <param name="Name">For the record: <c>device:gw-1</c>, <c>key:admin</c>, <c>key:metrics</c>, <c>key:dashboard</c>.</param>
/// <param name="Device">The device; null for people and programs.</param>
public sealed record Identity(string Name, Role Role, DeviceId? Device)
{
    public bool IsAdministrator => Role == Role.Administrator;

    /// <summary>Sees every twin.</summary>
    public bool ReadsAll => Role is Role.Administrator or Role.Writer or Role.Reader;

    /// <summary>Sends data for every twin.</summary>
    public bool WritesAll => Role is Role.Administrator or Role.Writer;

    /// <summary>Which named key was shown, by its record and hash; null for others.</summary>
    internal (string Name, string Hash)? Key { get; init; }

    /// <summary>Hash of the device's secret as it was shown; null for others, and where a certificate was.</summary>
    internal string? SecretHash { get; init; }

    /// <summary>False once the key or device is gone, has expired, or has another secret than was shown: what was opened with it is to be closed.</summary>
    public bool HoldsCredential(Catalog catalog, Timestamp now)
    {
        if (Key is { } key)
        {
            return catalog.Keys.TryGetValue(key.Name, out KeyRecord? record) && record.Role == Role && record.Find(key.Hash, now) is not null;
        }
        if (Device is not { } device)
        {
            return true;
        }
        bool isKnown = catalog.Devices.TryGetValue(device.Value, out DeviceRecord? present);
        return isKnown && (SecretHash is null || (SecretHash == present!.SecretHash && !present.RequiresCertificate));
    }

    /// <summary>True for who sees every twin, and for a device to which the twin is bound in <paramref name="catalog"/>.</summary>
    public bool MaySee(Catalog catalog, ReadOnlySpan<char> twin) => ReadsAll || IsBound(catalog, twin);

    /// <summary>True for who sends data for every twin, and for a device to which the twin is bound in <paramref name="catalog"/>.</summary>
    public bool MaySend(Catalog catalog, ReadOnlySpan<char> twin) => WritesAll || IsBound(catalog, twin);

    private bool IsBound(Catalog catalog, ReadOnlySpan<char> twin)
    {
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
