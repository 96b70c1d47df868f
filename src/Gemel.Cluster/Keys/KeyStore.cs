using System.Text;
using Gemel.Cluster.Wire;
using Gemel.Graph;
using Gemel.Security;

namespace Gemel.Cluster;

/// <summary>Decides on named keys; what is kept of a key is its hash.</summary>
internal sealed class KeyStore(CatalogService changes, KeyUses uses, TimeProvider clock) : IKeyStore
{
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);
    private const int MostSecrets = 4;

    private static readonly Actor Keeper = new("gemel", "keys");

    // The names by which the keys of the data folder go in the record.
    private static readonly string[] Reserved = ["admin", "metrics"];

    private Timestamp Now => Timestamp.From(clock.GetUtcNow());

    public ValueTask<Outcome<KeyIssue>> AddAsync(string name, Role role, Timestamp? expires, Actor actor, CancellationToken cancellationToken)
    {
        string key = ApiKey.Generate();
        return changes.ChangeAsync<KeyIssue>(catalog =>
        {
            if (Reserved.Contains(name))
            {
                return ClusterErrors.ReservedKeyName.With(name).On("/name");
            }
            if (catalog.Keys.ContainsKey(name))
            {
                return ClusterErrors.KeyExists.With(name).On("/name");
            }
            return expires <= Now
                ? ClusterErrors.KeyEndsTooSoon.With(expires).On("/expires")
                : Put(new KeyRecord(name, role, [NewSecret(key)], Now, actor.Name, expires, Timestamp.None), key);
        }, actor, cancellationToken);
    }

    public ValueTask<Outcome<KeyIssue>> RotateAsync(string name, TimeSpan overlap, Actor actor, CancellationToken cancellationToken)
    {
        string key = ApiKey.Generate();
        return changes.ChangeAsync<KeyIssue>(catalog =>
        {
            if (!catalog.Keys.TryGetValue(name, out KeyRecord? present))
            {
                return ClusterErrors.KeyNotFound.With(name);
            }
            if (overlap < TimeSpan.Zero || overlap > LongestOverlap)
            {
                return ClusterErrors.OverlapRefused.With(overlap).On("/overlap");
            }
            Timestamp now = Now;
            if (present.Expires <= now)
            {
                return ClusterErrors.KeyIsOver.With(name, present.Expires);
            }
            Timestamp end = new(now.Ticks + overlap.Ticks);
            KeySecret[] leaving = [.. present.Secrets
                .Select(secret => secret with { Expires = secret.Expires < end ? secret.Expires : end })
                .Where(secret => secret.Expires > now)];
            return leaving.Length < MostSecrets
                ? Put(present with { Secrets = [.. leaving, NewSecret(key)] }, key)
                : ClusterErrors.TooManySecrets.With(name, leaving.Length).On("/overlap");
        }, actor, cancellationToken);
    }

    public async ValueTask<Outcome<KeyRecord>> DeleteAsync(string name, Actor actor, CancellationToken cancellationToken)
    {
        Outcome<KeyRecord> deleted = await changes.ChangeAsync<KeyRecord>(catalog => catalog.Keys.TryGetValue(name, out KeyRecord? present)
            ? new CatalogDecision<KeyRecord>(present, new CatalogChange { KeyDeleted = name })
            : ClusterErrors.KeyNotFound.With(name), actor, cancellationToken).ConfigureAwait(false);
        if (deleted.IsSuccess)
        {
            uses.Forget(name);
        }
        return deleted;
    }

    public Timestamp LastUse(KeyRecord key) => uses.Of(key);

    /// <summary>Puts the last use of a key into the catalog.</summary>
    public ValueTask<Outcome<KeyRecord>> KeepUseAsync(string name, CancellationToken cancellationToken)
    {
        return changes.ChangeAsync<KeyRecord>(catalog =>
        {
            if (!catalog.Keys.TryGetValue(name, out KeyRecord? present))
            {
                return ClusterErrors.KeyNotFound.With(name);
            }
            KeyRecord used = present with { LastUse = uses.Of(present) };
            return new CatalogDecision<KeyRecord>(used, new CatalogChange { KeyPut = KeyCodec.ToWire(used) });
        }, Keeper, cancellationToken);
    }

    private KeySecret NewSecret(string key) => new(ApiKey.Hash(Encoding.ASCII.GetBytes(key)), Now, Expires: null);

    private static CatalogDecision<KeyIssue> Put(KeyRecord record, string key) => new(new KeyIssue(record, key), new CatalogChange { KeyPut = KeyCodec.ToWire(record) });
}
