using System.Collections.Concurrent;

namespace Gemel.History;

/// <summary>Blocks of tables that were written, for the next tables; so a steady stream allocates none.</summary>
internal sealed class HotBlockPool(int most)
{
    private readonly ConcurrentBag<HotBlock> _free = [];
    private int _allocated;

    /// <summary>Blocks made and not dropped since: in tables or free.</summary>
    public int Allocated => Volatile.Read(ref _allocated);

    public HotBlock Rent()
    {
        if (_free.TryTake(out HotBlock? block))
        {
            return block;
        }
        Interlocked.Increment(ref _allocated);
        return new HotBlock();
    }

    public void Return(HotBlock block)
    {
        if (_free.Count < most)
        {
            _free.Add(block);
        }
        else
        {
            Interlocked.Decrement(ref _allocated);
        }
    }
}
