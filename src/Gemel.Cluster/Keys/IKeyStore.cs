using Gemel.Graph;

namespace Gemel.Cluster;

/// <summary>Makes, renews and ends named keys. Reading goes through <see cref="Catalog.Keys"/>.</summary>
public interface IKeyStore
{
    /// <param name="name">An id by <see cref="IdRules"/>; not <c>admin</c> or <c>metrics</c>.</param>
    /// <param name="role">Any but <see cref="Role.Device"/>.</param>
    /// <param name="expires">Null for never.</param>
    ValueTask<Outcome<KeyIssue>> AddAsync(string name, Role role, Timestamp? expires, Actor actor, CancellationToken cancellationToken);

    /// <summary>Makes a new key of the same name and role; those before it end after the overlap.</summary>
    /// <param name="overlap">Zero ends them at once. At most 30 days.</param>
    ValueTask<Outcome<KeyIssue>> RotateAsync(string name, TimeSpan overlap, Actor actor, CancellationToken cancellationToken);

    ValueTask<Outcome<KeyRecord>> DeleteAsync(string name, Actor actor, CancellationToken cancellationToken);

    /// <summary>When the key last opened something; <see cref="Timestamp.None"/>: never.</summary>
    /// <remarks>Exact while the process runs. It is committed at most once an hour, so a restart may lose up to an hour of it.</remarks>
    Timestamp LastUse(KeyRecord key);
}

/// <param name="Key">The key in clear, only in this answer.</param>
public sealed record KeyIssue(KeyRecord Record, string Key);
