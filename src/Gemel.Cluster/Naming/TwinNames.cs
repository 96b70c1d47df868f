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

    private readonly ConcurrentDictionary<TwinKey, NamedTwin> _gone = new();

    /// <returns>Null where nothing knows the key: its twin is gone, and was created in a commit that history has not taken yet.</returns>
    public NamedTwin? Find(TwinKey key)
    {
        Shard shard = shards.Of(key);
        lock (shard.Gate)
        {
            if (shard.Directory.Find(key) is { } twin)
            {
                return new NamedTwin(twin.Id, twin.Schema.Model, twin.Schema);
            }
        }
        return _gone.TryGetValue(key, out NamedTwin known) ? known : FindGone(key);
    }

    /// <summary>Remembers a twin that was deleted.</summary>
    public void Gone(TwinKey key, NamedTwin twin)
    {
        if (_gone.Count >= MaxGone)
        {
            _gone.Clear();
        }
        _gone[key] = twin;
    }

    private NamedTwin? FindGone(TwinKey key)
    {
        LifecycleRecord? last = history.ReadLifecycle(new LifecycleRequest { Subject = LifecycleSubject.Twin, Key = key }).LastOrDefault();
        if (last is null)
        {
            return null;
        }
        NamedTwin twin = new(TwinId.Create(last.Id), new ModelId(last.Model!), Schema: null);
        if (last.Action == LifecycleAction.Deleted)
        {
            // Before that its model may still become another one.
            Gone(key, twin);
        }
        return twin;
    }
}

/// <summary>A twin as it is, or as it was when it was deleted.</summary>
/// <param name="Schema">Null where the twin is gone and only its model's id is known.</param>
internal readonly record struct NamedTwin(TwinId Id, ModelId Model, TwinSchema? Schema);
