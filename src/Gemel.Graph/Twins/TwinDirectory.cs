
namespace Gemel.Graph;

/// <summary>Finds the twins of a shard by id, by any thread, and by key, under the gate.</summary>
public sealed class TwinDirectory
{
    private readonly TwinIdMap _byId = new();
    private readonly TwinKeyMap<Twin> _byKey = new();

    internal TwinDirectory()
    {
    }

    /// <summary>Ids known, deleted ones that a snapshot may still need included.</summary>
    public int Count => _byKey.Count;

    /// <summary>The twin of that id as it is now; null where there is none. Needs no gate: the answer may be outdated
    /// at once, and whoever acts on it is checked again by key and schema.</summary>
    public Twin? Find(ReadOnlySpan<char> id) => _byId.Find(id) is { IsLive: true } twin ? twin : null;

    /// <summary>The twin of that key as it is now; null where it was deleted or never was. Under the gate only.</summary>
    public Twin? Find(TwinKey key) => _byKey.TryGetValue(key, out Twin? twin) && twin.IsLive ? twin : null;

    /// <summary>All living twins in no order, as they are while it is walked. Needs no gate.</summary>
    public IEnumerable<Twin> Living() => _byId.All().Where(twin => twin.IsLive);

    /// <summary>The newest form of that id, living or not.</summary>
    internal Twin? Newest(ReadOnlySpan<char> id) => _byId.Find(id);

    /// <summary>The newest form of that key, living or not.</summary>
    internal Twin? Newest(TwinKey key) => _byKey.TryGetValue(key, out Twin? twin) ? twin : null;

    /// <summary>Makes a form the newest one of its id and key.</summary>
    internal void Put(Twin twin)
    {
        _byId.Set(twin);
        _byKey.Set(twin.Key, twin);
    }

    /// <summary>Takes a form away again: the one before becomes the newest.</summary>
    internal void Undo(Twin twin)
    {
        if (twin.Previous is { IsForgotten: false } previous)
        {
            _byId.Set(previous);
            if (previous.Key == twin.Key)
            {
                _byKey.Set(twin.Key, previous);
                return;
            }
        }
        else
        {
            _byId.Remove(twin.Id.Value);
        }
        _byKey.Remove(twin.Key);
    }

    /// <summary>Forgets a form that nobody can see any more.</summary>
    internal void Forget(Twin twin)
    {
        twin.IsForgotten = true;
        if (ReferenceEquals(_byId.Find(twin.Id.Value), twin))
        {
            _byId.Remove(twin.Id.Value);
        }
        if (_byKey.TryGetValue(twin.Key, out Twin? newest) && ReferenceEquals(newest, twin))
        {
            _byKey.Remove(twin.Key);
        }
    }
}
