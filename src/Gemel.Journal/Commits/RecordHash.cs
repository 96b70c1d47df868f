using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gemel.Journal;

/// <summary>SHA-256 over a whole record, header (with the hash of the record before) and payload: a link of the chain.</summary>
public readonly record struct RecordHash
{
    /// <summary>In bytes.</summary>
    public const int Size = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    public RecordHash(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The hash that stands before the first record of an instance: SHA-256 of the instance id's 16 bytes in network order.</summary>
    public static RecordHash Genesis(Guid instance)
    {
        Span<byte> id = stackalloc byte[16];
        instance.TryWriteBytes(id, bigEndian: true, out _);
        return Of(id);
    }

    internal static RecordHash Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(bytes, hash);
        return new RecordHash(hash);
    }

    /// <summary>64 lowercase hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RecordHash hash)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool parsed = text.Length == 2 * Size
            && Convert.FromHexString(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == Size;
        hash = parsed ? new RecordHash(bytes) : default;
        return parsed;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
