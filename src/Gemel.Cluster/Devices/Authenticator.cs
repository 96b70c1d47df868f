using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gemel.Security;

namespace Gemel.Cluster;

/// <summary>Checks the keys of the data folder, named keys and device secrets against the catalog.</summary>
internal sealed class Authenticator(AccessKeys keys, Func<Catalog> catalog, KeyUses uses, TimeProvider clock) : IAuthenticator
{
    /// <summary>MQTT user of the administrator; no device can have this id.</summary>
    public const string AdministratorUser = "admin";

    /// <summary>What the MQTT user of a named key begins with; no device's id does.</summary>
    public const string KeyUserPrefix = "key:";

    private const int MaxKeyCharacters = 512;

    private static readonly Identity Administrator = new("key:admin", Role.Administrator, Device: null);
    private static readonly Identity Scraper = new("key:metrics", Role.Scraper, Device: null);

    private readonly ConcurrentDictionary<string, Identity> _devices = new(StringComparer.Ordinal);
    private KeyIndex _index = KeyIndex.Empty;

    public static bool IsReserved(string device) => device == AdministratorUser || device.StartsWith(KeyUserPrefix, StringComparison.Ordinal);

    public ValueTask<Identity?> AuthenticateAsync(string user, ReadOnlyMemory<byte> password, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Authenticate(user, password.Span));

    public Identity? AuthenticateBearer(ReadOnlySpan<char> key)
    {
        if (key.Length > MaxKeyCharacters)
        {
            return null;
        }
        Span<byte> utf8 = stackalloc byte[MaxKeyCharacters * 3];
        int length = Encoding.UTF8.GetBytes(key, utf8);
        Identity? identity = AsAdministrator(utf8[..length]) ?? (keys.Metrics.Matches(utf8[..length]) ? Scraper : null) ?? AsNamedKey(utf8[..length]);
        CryptographicOperations.ZeroMemory(utf8);
        return identity;
    }

    public Identity? AuthenticateCertificate(string device) =>
        catalog().Devices.TryGetValue(device, out DeviceRecord? record) ? new Identity($"device:{device}", Role.Device, record.Id) : null;

    public void Used(Identity identity)
    {
        if (identity.Key is { } key)
        {
            uses.Note(key.Name, Timestamp.From(clock.GetUtcNow()));
        }
    }

    private Identity? Authenticate(string user, ReadOnlySpan<byte> password)
    {
        if (user == AdministratorUser)
        {
            return AsAdministrator(password);
        }
        // A device of such a name may be there since before the prefix was reserved; it keeps its user.
        if (user.StartsWith(KeyUserPrefix, StringComparison.Ordinal) && !catalog().Devices.ContainsKey(user))
        {
            Identity? key = AsNamedKey(password);
            return key?.Name == user ? key : null;
        }
        return AsDevice(user, password);
    }

    private Identity? AsAdministrator(ReadOnlySpan<byte> candidate) => keys.Administrator.Matches(candidate) ? Administrator : null;

    private Identity? AsNamedKey(ReadOnlySpan<byte> candidate)
    {
        Timestamp now = Timestamp.From(clock.GetUtcNow());
        Identity? identity = Index().Find(candidate);
        if (identity is not { Key: { } key } || !identity.HoldsCredential(catalog(), now))
        {
            return null;
        }
        uses.Note(key.Name, now);
        return identity;
    }

    private Identity? AsDevice(string user, ReadOnlySpan<byte> secret)
    {
        DeviceRecord? device = catalog().Devices.GetValueOrDefault(user);
        bool isGood = Secret.Verify(device?.SecretHash, secret);
        if (!isGood || device!.RequiresCertificate)
        {
            return null;
        }
        Identity known = _devices.GetOrAdd(user, NewIdentity, device);
        return known.SecretHash == device.SecretHash ? known : _devices[user] = NewIdentity(user, device);

        static Identity NewIdentity(string name, DeviceRecord record) => new($"device:{name}", Role.Device, record.Id) { SecretHash = record.SecretHash };
    }

    private KeyIndex Index()
    {
        Catalog present = catalog();
        KeyIndex index = Volatile.Read(ref _index);
        if (!ReferenceEquals(index.Of, present.Keys))
        {
            Volatile.Write(ref _index, index = new KeyIndex(present.Keys));
        }
        return index;
    }
}
