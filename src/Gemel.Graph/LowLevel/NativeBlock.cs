using System.Runtime.InteropServices;

namespace Gemel.Graph.LowLevel;

/// <summary>A zeroed block of native memory, handed out as spans.</summary>
/// <remarks>
/// SAFETY: a span into the block must not outlive <see cref="Dispose"/>. There is no finaliser on purpose: a span keeps the
/// memory's owner from nothing, so only an explicit end is safe. The owner is a chunk, whose shard disposes it under the
/// gate that every holder of a span also holds.
/// </remarks>
internal sealed unsafe class NativeBlock : IDisposable
{
    private const nuint CacheLine = 64;

    private void* _memory;
    private int _bytes;

    /// <param name="bytes">At least 1.</param>
    public NativeBlock(int bytes)
    {
        _memory = NativeMemory.AlignedAlloc((nuint)bytes, CacheLine);
        _bytes = bytes;
        NativeMemory.Clear(_memory, (nuint)bytes);
    }

    /// <param name="offset">In bytes from the block's start; a multiple of the size of <typeparamref name="T"/>'s parts.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not within the block, or the block was disposed.</exception>
    public Span<T> Slice<T>(int offset, int count)
        where T : unmanaged
    {
        // SAFETY: offset and count are checked against the block, as unsigned sums that cannot wrap.
        if ((ulong)(uint)offset + ((ulong)(uint)count * (uint)sizeof(T)) > (uint)_bytes)
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }
        return new Span<T>((byte*)_memory + offset, count);
    }

    /// <summary>One element of the block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not within the block, or the block was disposed.</exception>
    public ref T At<T>(int offset)
        where T : unmanaged
    {
        // SAFETY: as in Slice, for one element.
        if ((ulong)(uint)offset + (uint)sizeof(T) > (uint)_bytes)
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }
        return ref *(T*)((byte*)_memory + offset);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _bytes = 0;
    }
}
