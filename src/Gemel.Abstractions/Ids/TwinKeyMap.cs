using System.Diagnostics.CodeAnalysis;

namespace Gemel;

/// <summary>A map from keys of twins: a look-up is three loads, for keys are dense within their slot. Pages that hold
/// nothing any more are given back, so twins that come and go leave only a pointer for each 16 of them.</summary>
/// <remarks>Threading: one caller at a time. Used where a dictionary's hashing showed in the profile of ingest.</remarks>
public sealed class TwinKeyMap<T>
    where T : class
{
    private const int PageBits = 4;
    private const int PageSize = 1 << PageBits;

    private readonly Page?[]?[] _slots = new Page?[Slots.Count][];

    public int Count { get; private set; }

    public bool TryGetValue(TwinKey key, [NotNullWhen(true)] out T? value)
    {
        value = null;
        Page?[]? pages = _slots[key.Slot];
        ulong page = key.Sequence >> PageBits;
        if (pages is not null && page < (ulong)pages.Length)
        {
            value = pages[page]?.Values[key.Sequence & (PageSize - 1)];
        }
        return value is not null;
    }

    /// <summary>Adds or replaces.</summary>
    public void Set(TwinKey key, T value)
    {
        Page page = PageFor(key);
        ref T? place = ref page.Values[key.Sequence & (PageSize - 1)];
        if (place is null)
        {
            page.Count++;
            Count++;
        }
        place = value;
    }

    public void Remove(TwinKey key)
    {
        if (!TryGetValue(key, out _))
        {
            return;
        }
        Page page = PageFor(key);
        page.Values[key.Sequence & (PageSize - 1)] = null;
        page.Count--;
        Count--;
        if (page.Count == 0)
        {
            _slots[key.Slot]![key.Sequence >> PageBits] = null;
        }
    }

    private Page PageFor(TwinKey key)
    {
        ref Page?[]? pages = ref _slots[key.Slot];
        int page = checked((int)(key.Sequence >> PageBits));
        pages ??= new Page?[1];
        if (page >= pages.Length)
        {
            Array.Resize(ref pages, Math.Max(page + 1, pages.Length * 2));
        }
        return pages[page] ??= new Page();
    }

    private sealed class Page
    {
        public readonly T?[] Values = new T?[PageSize];
        public int Count;
    }
}
