using System.Collections.Concurrent;
using Gemel.Graph;
using Gemel.History;
using Gemel.Modeling;
using LifecycleSubject = Gemel.History.LifecycleSubject;

namespace Gemel.Cluster;

/// <summary>Names the twin of a key as it stands in the journal, also when that twin is gone.</summary>
/// <remarks>Living twins are asked of their shard; a deleted one is looked up in the lifecycle records of history, which outlive it.</remarks>
internal sealed class TwinNames(ShardSet shards, HistoryStore history)
{
    private const int MaxGone = 10_000;

    private readonly ConcurrentDictionary<TwinKey, TwinId> _gone = new();

    /// <returns>Null where nothing knows the key: its twin was created in a commit that history has not taken yet.</returns>
    public TwinId? Find(TwinKey key)
    {
        Shard shard = shards.Of(key);
        lock (shard.Gate)
        {
            if (shard.Directory.Find(key) is { } twin)
            {
                return twin.Id;
            }
        }
        return _gone.TryGetValue(key, out TwinId known) ? known : FindGone(key);
    }

    /// <returns>Null where the twin is gone.</returns>
    public TwinSchema? FindSchema(TwinKey key)
    {
        Shard shard = shards.Of(key);
        lock (shard.Gate)
        {
            return shard.Directory.Find(key)?.Schema;
        }
    }

    /// <summary>Remembers a twin that was deleted.</summary>
    public void Gone(TwinKey key, TwinId id)
    {
        if (_gone.Count >= MaxGone)
        {
            _gone.Clear();
        }
        _gone[key] = id;
    }

    private TwinId? FindGone(TwinKey key)
    {
        foreach (LifecycleRecord record in history.ReadLifecycle(new LifecycleRequest { Subject = LifecycleSubject.Twin, Key = key }))
        {
            TwinId id = TwinId.Create(record.Id);
            Gone(key, id);
            return id;
        }
        return null;
    }
}
