namespace Gemel.Graph;

/// <summary>Gives each new life of a twin its number, per slot; a number is never given twice.</summary>
internal sealed class KeySequence
{
    private readonly Dictionary<int, ulong> _last = [];

    /// <summary>The last number given, by slot.</summary>
    public IReadOnlyDictionary<int, ulong> Last => _last;

    public TwinKey Next(TwinId id)
    {
        int slot = Slots.Of(id);
        ulong next = _last.GetValueOrDefault(slot) + 1;
        _last[slot] = next;
        return TwinKey.Create(slot, next);
    }

    public bool HasGiven(TwinKey key) => key.Sequence != 0 && key.Sequence <= _last.GetValueOrDefault(key.Slot);

    /// <summary>Takes note of a number given before a restart.</summary>
    public void Saw(TwinKey key) => _last[key.Slot] = Math.Max(_last.GetValueOrDefault(key.Slot), key.Sequence);
}
