using System.Collections.Concurrent;

namespace Gemel.Cluster;

/// <summary>When each key was last shown, in memory.</summary>
/// <remarks>Bounded by the keys there are: only good keys are noted. Threading: safe for concurrent callers.</remarks>
internal sealed class KeyUses
{
    private readonly ConcurrentDictionary<string, Timestamp> _last = new(StringComparer.Ordinal);

    public void Note(string name, Timestamp now) => _last[name] = now;

    public Timestamp Of(KeyRecord key) => _last.TryGetValue(key.Name, out Timestamp noted) && noted > key.LastUse ? noted : key.LastUse;

    public void Forget(string name) => _last.TryRemove(name, out _);
}
