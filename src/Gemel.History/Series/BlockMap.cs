namespace Gemel.History;

/// <summary>The newest block of each life of a twin. Keys are dense within their slot, so a look-up is three loads and an
/// entry little more than its four bytes.</summary>
/// <remarks>Threading: one writer; anyone reads.</remarks>
internal sealed class BlockMap
{
    private const int PageBits = 4;
    private const int PageSize = 1 << PageBits;

    // Elements are the block's number + 1; 0 where the key has none.
    private readonly int[]?[]?[] _slots = new int[]?[Slots.Count][];

    /// <returns>-1 where there is none.</returns>
    public int Find(TwinKey key)
    {
        int[]?[]? pages = Volatile.Read(ref _slots[key.Slot]);
        ulong page = key.Sequence >> PageBits;
        return pages is not null && page < (ulong)pages.Length && Volatile.Read(ref pages[page]) is { } places
            ? Volatile.Read(ref places[key.Sequence & (PageSize - 1)]) - 1
            : -1;
    }

    public void Set(TwinKey key, int block)
    {
        ref int[]?[]? pages = ref _slots[key.Slot];
        int page = checked((int)(key.Sequence >> PageBits));
        if (pages is null || page >= pages.Length)
        {
            int[]?[] grown = new int[]?[Math.Max(page + 1, (pages?.Length ?? 0) * 2)];
            pages?.CopyTo(grown, 0);
            Volatile.Write(ref pages, grown);
        }
        if (pages[page] is not { } places)
        {
            places = new int[PageSize];
            Volatile.Write(ref pages[page], places);
        }
        Volatile.Write(ref places[key.Sequence & (PageSize - 1)], block + 1);
    }
}
