namespace Gemel.History;

/// <summary>The present version and the older ones that are still read. Every call under the store's lock.</summary>
/// <remarks>What leaves the store with a version (a table written, a file merged) is given back only when no reader of
/// that version or an older one is left: a reader never loses a file that it was shown.</remarks>
internal sealed class StoreVersions(StoreVersion first)
{
    private readonly Queue<StoreVersion> _versions = new([first]);

    public StoreVersion Current { get; private set; } = first;

    public StoreVersion Acquire()
    {
        Current.Readers++;
        return Current;
    }

    public void Release(StoreVersion version)
    {
        version.Readers--;
        Drain();
    }

    /// <param name="whenUnused">Called under the store's lock: short, and it cannot fail.</param>
    public void Replace(StoreVersion next, Action? whenUnused = null)
    {
        Current.WhenUnused = whenUnused;
        Current = next;
        _versions.Enqueue(next);
        Drain();
    }

    private void Drain()
    {
        while (_versions.Peek() is { Readers: 0 } oldest && oldest != Current)
        {
            _versions.Dequeue();
            oldest.WhenUnused?.Invoke();
        }
    }
}
