using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gemel.Security;

namespace Gemel.Cluster;

/// <summary>Checks the keys of the data folder, and device secrets against the catalog.</summary>
internal sealed class Authenticator(AccessKeys keys, Func<Catalog> catalog) : IAuthenticator
{
    /// <summary>MQTT user of the administrator; no device can have this id.</summary>
    public const string AdministratorUser = "admin";

    private static readonly Identity Administrator = new("key:admin", Role.Administrator, Device: null);
    private static readonly Identity Scraper = new("key:metrics", Role.Scraper, Device: null);

    private readonly ConcurrentDictionary<string, Identity> _identities = new(StringComparer.Ordinal);

    public ValueTask<Identity?> AuthenticateAsync(string user, ReadOnlyMemory<byte> password, CancellationToken cancellationToken) =>
        ValueTask.FromResult(user == AdministratorUser ? AsAdministrator(password.Span) : AsDevice(user, password.Span));

    public Identity? AuthenticateBearer(ReadOnlySpan<char> key)
    {
        if (key.Length > MaxKeyCharacters)
        {
            return null;
        }
        Span<byte> utf8 = stackalloc byte[MaxKeyCharacters * 3];
        int length = Encoding.UTF8.GetBytes(key, utf8);
        Identity? identity = AsAdministrator(utf8[..length]) ?? (keys.Metrics.Matches(utf8[..length]) ? Scraper : null);
        CryptographicOperations.ZeroMemory(utf8);
        return identity;
    }

    private const int MaxKeyCharacters = 512;

    private Identity? AsAdministrator(ReadOnlySpan<byte> candidate) => keys.Administrator.Matches(candidate) ? Administrator : null;

    private Identity? AsDevice(string user, ReadOnlySpan<byte> secret)
    {
        DeviceRecord? device = catalog().Devices.GetValueOrDefault(user);
        if (!Secret.Verify(device?.SecretHash, secret))
        {
            return null;
        }
        return _identities.GetOrAdd(user, static name => new Identity($"device:{name}", Role.Device, DeviceId.Create(name)));
    }
}
