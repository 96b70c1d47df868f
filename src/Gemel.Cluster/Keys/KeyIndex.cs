using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Gemel.Security;

namespace Gemel.Cluster;

/// <summary>Named keys by their digests: a check is one digest and one look-up, with however many keys.</summary>
/// <remarks>What a caller can learn from the time of a look-up is about digests it cannot steer towards one that is kept.
/// The last word is a comparison in constant time.</remarks>
/// <param name="of">The keys of one catalog.</param>
internal sealed class KeyIndex(ImmutableSortedDictionary<string, KeyRecord> of)
{
    private readonly FrozenDictionary<string, Identity> _byHash = of.Values
        .SelectMany(key => key.Secrets.Select(secret => KeyValuePair.Create(
            secret.Hash, new Identity($"{Authenticator.KeyUserPrefix}{key.Name}", key.Role, Device: null) { Key = (key.Name, secret.Hash) })))
        .ToFrozenDictionary(StringComparer.Ordinal);

    public static KeyIndex Empty { get; } = new(Catalog.Empty.Keys);

    public ImmutableSortedDictionary<string, KeyRecord> Of => of;

    /// <summary>Whose key it is, expired or not; null for nobody's.</summary>
    public Identity? Find(ReadOnlySpan<byte> keyUtf8)
    {
        string hash = ApiKey.Hash(keyUtf8);
        bool isKnown = _byHash.TryGetValue(hash, out Identity? identity);
        string kept = identity?.Key?.Hash ?? hash;
        return isKnown & CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(kept), Encoding.ASCII.GetBytes(hash)) ? identity : null;
    }
}
