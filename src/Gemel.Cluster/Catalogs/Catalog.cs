using System.Collections.Immutable;
using Gemel.Modeling;

namespace Gemel.Cluster;

/// <summary>What an instance knows beside twins: models, devices, mappings. Immutable; a change is a commit and a new catalog.</summary>
/// <param name="Devices">By device id, ordinal.</param>
/// <param name="Mappings">By name, ordinal.</param>
/// <param name="Commit">The commit that last changed it.</param>
public sealed record Catalog(
    ModelSet Models,
    ImmutableSortedDictionary<string, DeviceRecord> Devices,
    ImmutableSortedDictionary<string, MappingRecord> Mappings,
    long Commit)
{
    /// <summary>Named keys, by name, ordinal.</summary>
    public ImmutableSortedDictionary<string, KeyRecord> Keys { get; init; } = ImmutableSortedDictionary.Create<string, KeyRecord>(StringComparer.Ordinal);

    public static Catalog Empty { get; } = new(
        ModelSet.Empty,
        ImmutableSortedDictionary.Create<string, DeviceRecord>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, MappingRecord>(StringComparer.Ordinal),
        Commit: 0);
}

/// <summary>A device that may publish for the twins bound to it.</summary>
/// <param name="Twins">Twins it publishes and subscribes for; they need not exist yet.</param>
/// <param name="SecretHash">Salted hash of the secret, as <c>Gemel.Security</c> writes it; never the secret.</param>
/// <param name="Mapping">Name of the mapping that resolves its tags and topics; null where it speaks the contract's own form.</param>
/// <param name="Interval">How often values should come; a value older than that is stale. Null: unknown, never stale.</param>
public sealed record DeviceRecord(
    DeviceId Id,
    ImmutableArray<TwinId> Twins,
    string SecretHash,
    Timestamp Created,
    string? Mapping,
    TimeSpan? Interval)
{
    /// <summary>The device comes by its certificate only; its secret opens nothing.</summary>
    public bool RequiresCertificate { get; init; }
}

/// <param name="Document">The mapping as given, YAML or JSON.</param>
public sealed record MappingRecord(string Name, ReadOnlyMemory<byte> Document, Timestamp Changed);

/// <summary>A key that an administrator has made for a person or program.</summary>
/// <param name="Name">An id by <see cref="IdRules"/>.</param>
/// <param name="Secrets">The present one last; those before it are on their way out. At least one.</param>
/// <param name="CreatedBy">Name of who made it.</param>
/// <param name="Expires">When it ends as a whole; null for never.</param>
/// <param name="LastUse">As last committed, which is seldom: see <see cref="IKeyStore.LastUse"/>. <see cref="Timestamp.None"/>: never.</param>
public sealed record KeyRecord(string Name, Role Role, ImmutableArray<KeySecret> Secrets, Timestamp Created, string CreatedBy, Timestamp? Expires, Timestamp LastUse)
{
    /// <summary>The secret of this hash, where it still opens something.</summary>
    public KeySecret? Find(string hash, Timestamp now) =>
        Expires <= now ? null : Secrets.FirstOrDefault(secret => secret.Hash == hash && !(secret.Expires <= now));
}

/// <param name="Hash">As <c>Gemel.Security.ApiKey</c> writes it; never the key.</param>
/// <param name="Expires">End of the overlap after a rotation; null for the present one.</param>
public sealed record KeySecret(string Hash, Timestamp Created, Timestamp? Expires);
