using System.Buffers;
using System.Text;

namespace Gemel;

/// <summary>Maps ids to slots. The mapping is part of the stored format and never changes.</summary>
public static class Slots
{
    public const int Count = 4096;

    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>The slot of a twin: FNV-1a (64 bit) over its UTF-8 bytes, folded, modulo <see cref="Count"/>.</summary>
    public static int Of(TwinId id) => Of(id.Value);

    /// <inheritdoc cref="Of(TwinId)"/>
    public static int Of(ReadOnlySpan<char> id)
    {
        int most = Encoding.UTF8.GetMaxByteCount(id.Length);
        byte[]? rented = null;
        Span<byte> utf8 = most <= 512 ? stackalloc byte[512] : (rented = ArrayPool<byte>.Shared.Rent(most));
        int length = Encoding.UTF8.GetBytes(id, utf8);
        int slot = Of(utf8[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return slot;
    }

    public static int Of(ReadOnlySpan<byte> utf8)
    {
        ulong hash = FnvOffset;
        foreach (byte b in utf8)
        {
            hash = (hash ^ b) * FnvPrime;
        }
        hash ^= hash >> 32;
        return (int)(hash & (Count - 1));
    }
}
