using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;

namespace Gemel.Journal;

/// <summary>The first 96 bytes of a journal file. It names the file before it with its length, so that a missing, swapped or shortened
/// file is seen at start without reading all of them.</summary>
/// <param name="Instance">The instance that wrote the file.</param>
/// <param name="First">Commit of the first record; also the file's name.</param>
/// <param name="BeforeFirst">First commit of the file before; 0 where there never was one.</param>
/// <param name="BeforeBytes">Length of the file before; 0 where there never was one.</param>
/// <param name="Previous">Hash of the record before the first.</param>
internal readonly record struct SegmentHeader(Guid Instance, long First, long BeforeFirst, long BeforeBytes, RecordHash Previous)
{
    public const int Size = 96;

    public const uint Version = 1;

    private const string Extension = ".log";
    private const int NameDigits = 16;
    private const int ChecksumAt = 88;

    private static ReadOnlySpan<byte> Magic => "GEMELJRN"u8;

    /// <param name="destination">Exactly <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        destination.Clear();
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], Version);
        Instance.TryWriteBytes(destination[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], First);
        BinaryPrimitives.WriteInt64LittleEndian(destination[40..], BeforeFirst);
        BinaryPrimitives.WriteInt64LittleEndian(destination[48..], BeforeBytes);
        Previous.CopyTo(destination[56..]);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[ChecksumAt..], XxHash3.HashToUInt64(destination[..ChecksumAt]));
    }

    /// <summary>Reads and checks the header of <paramref name="file"/>.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static GemelError? Read(IJournalFile file, string path, Guid instance, out SegmentHeader header)
    {
        Span<byte> bytes = stackalloc byte[Size];
        int read = file.Read(bytes, 0);
        header = default;
        if (read < Size)
        {
            return JournalErrors.SegmentDamaged.With(path, $"it has {read} bytes, its header {Size}");
        }
        if (!bytes[..8].SequenceEqual(Magic))
        {
            return JournalErrors.SegmentDamaged.With(path, "it does not begin with 'GEMELJRN'");
        }
        ulong expected = XxHash3.HashToUInt64(bytes[..ChecksumAt]);
        ulong found = BinaryPrimitives.ReadUInt64LittleEndian(bytes[ChecksumAt..]);
        if (found != expected)
        {
            return JournalErrors.SegmentDamaged.With(path, $"the checksum of its header is {found:x16}, its bytes give {expected:x16}");
        }
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != Version)
        {
            return JournalErrors.NewerFormat.With(path, version, "a later version", Version);
        }
        header = new SegmentHeader(
            new Guid(bytes[16..32], bigEndian: true),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]),
            new RecordHash(bytes.Slice(56, RecordHash.Size)));
        if (header.Instance != instance)
        {
            return JournalErrors.ForeignFile.With(path, header.Instance, instance);
        }
        return Path.GetFileName(path) == FileName(header.First)
            ? null
            : JournalErrors.SegmentDamaged.With(path, $"it is the file '{FileName(header.First)}' under another name");
    }

    public static string FileName(long first) => first.ToString("D16", CultureInfo.InvariantCulture) + Extension;

    public static bool TryParseName(string name, out long first)
    {
        first = 0;
        return name.Length == NameDigits + Extension.Length && name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, NameDigits), NumberStyles.None, CultureInfo.InvariantCulture, out first);
    }
}
