using Gemel.Cluster.Wire;

namespace Gemel.Cluster;

/// <summary>Named keys in the journal and in checkpoints.</summary>
internal static class KeyCodec
{
    public static Key ToWire(KeyRecord key)
    {
        Key wire = new()
        {
            Name = key.Name,
            Role = RoleOf(key.Role),
            Created = key.Created.Ticks,
            CreatedBy = key.CreatedBy,
            Expires = key.Expires?.Ticks ?? 0,
            LastUse = key.LastUse.Ticks,
        };
        wire.Secrets.AddRange(key.Secrets.Select(secret => new Wire.KeySecret { Hash = secret.Hash, Created = secret.Created.Ticks, Expires = secret.Expires?.Ticks ?? 0 }));
        return wire;
    }

    public static KeyRecord FromWire(Key wire) => new(
        wire.Name,
        RoleOf(wire),
        [.. wire.Secrets.Select(secret => new KeySecret(secret.Hash, new Timestamp(secret.Created), TimeOf(secret.Expires)))],
        new Timestamp(wire.Created),
        wire.CreatedBy,
        TimeOf(wire.Expires),
        new Timestamp(wire.LastUse));

    private static Timestamp? TimeOf(long ticks) => ticks == 0 ? null : new Timestamp(ticks);

    private static KeyRole RoleOf(Role role) => role switch
    {
        Role.Reader => KeyRole.Reader,
        Role.Writer => KeyRole.Writer,
        Role.Administrator => KeyRole.Administrator,
        Role.Scraper => KeyRole.Scraper,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "No role of keys."),
    };

    // A role of a later version is refused rather than taken for another.
    private static Role RoleOf(Key wire) => wire.Role switch
    {
        KeyRole.Reader => Role.Reader,
        KeyRole.Writer => Role.Writer,
        KeyRole.Administrator => Role.Administrator,
        KeyRole.Scraper => Role.Scraper,
        _ => throw new GemelException(ClusterErrors.UnknownRole.With(wire.Name, (int)wire.Role)),
    };
}
