using System.Buffers.Binary;
using System.IO.Hashing;

namespace Gemel.Journal;

/// <summary>The bytes of one record; the tables are in <c>docs/reference/journal-format.md</c>.</summary>
/// <remarks>
/// Little endian: mark (4), payload length (4), XXH3-64 of everything behind it (8), commit (8), server time (8), hash of the
/// record before (32), payload. The checksum tells whole from torn; the chain of SHA-256 tells any change from none.
/// </remarks>
internal static class RecordFormat
{
    public const int HeaderSize = 64;

    /// <summary>"GREC" in file order.</summary>
    private const uint Mark = 0x4345_5247;

    private const int LengthAt = 4;
    private const int ChecksumAt = 8;
    private const int CommitAt = 16;
    private const int TimeAt = 24;
    private const int PreviousAt = 32;

    /// <summary>Fills in the header of a record whose payload is in place already.</summary>
    public static void Seal(Span<byte> record, long commit, Timestamp time, RecordHash previous)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(record[LengthAt..], record.Length - HeaderSize);
        BinaryPrimitives.WriteInt64LittleEndian(record[CommitAt..], commit);
        BinaryPrimitives.WriteInt64LittleEndian(record[TimeAt..], time.Ticks);
        previous.CopyTo(record[PreviousAt..]);
        BinaryPrimitives.WriteUInt64LittleEndian(record[ChecksumAt..], Checksum(record));
    }

    /// <summary>The length of the whole record, or a reason why no record begins here.</summary>
    /// <param name="header">At least <see cref="HeaderSize"/> bytes.</param>
    /// <param name="available">Bytes from the record's start to the end of what may be read.</param>
    public static string? ReadLength(ReadOnlySpan<byte> header, long available, out int length)
    {
        int payload = BinaryPrimitives.ReadInt32LittleEndian(header[LengthAt..]);
        length = 0;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Mark)
        {
            return "no record begins there";
        }
        if (payload < 0 || payload > available - HeaderSize)
        {
            return $"its length of {(uint)payload} bytes runs past the {available - HeaderSize} bytes that follow";
        }
        length = HeaderSize + payload;
        return null;
    }

    public static long ReadCommit(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record[CommitAt..]);

    public static Timestamp ReadTime(ReadOnlySpan<byte> record) => new(BinaryPrimitives.ReadInt64LittleEndian(record[TimeAt..]));

    public static RecordHash ReadPrevious(ReadOnlySpan<byte> record) => new(record.Slice(PreviousAt, RecordHash.Size));

    /// <summary>What is wrong with a whole record, or null.</summary>
    /// <param name="previous">Hash that the record must carry; null where it is not known.</param>
    public static string? Check(ReadOnlySpan<byte> record, long expectedCommit, RecordHash? previous)
    {
        ulong found = BinaryPrimitives.ReadUInt64LittleEndian(record[ChecksumAt..]);
        ulong expected = Checksum(record);
        if (found != expected)
        {
            return $"its checksum is {found:x16}, its bytes give {expected:x16}";
        }
        if (ReadCommit(record) != expectedCommit)
        {
            return $"it holds commit {ReadCommit(record)}";
        }
        if (previous is { } wanted && ReadPrevious(record) != wanted)
        {
            return $"it follows a record with the hash {ReadPrevious(record)}, but the one before it has {wanted}";
        }
        return null;
    }

    private static ulong Checksum(ReadOnlySpan<byte> record) => XxHash3.HashToUInt64(record[CommitAt..]);
}
