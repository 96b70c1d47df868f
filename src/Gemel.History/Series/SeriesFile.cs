using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;

namespace Gemel.History;

/// <summary>The series of a store on disk: records appended in order of <see cref="SeriesId"/>.</summary>
/// <remarks>
/// Record: length of payload (u32), CRC-32 of payload (u32), payload. The first 64 bits of a payload say what it is:
/// <see cref="LayoutMark"/>: a layout, numbered from 0 in the order in which layouts are first used: count of names (i32), then path
/// and unit of each, as length (i32, -1 for null) and UTF-8. <see cref="BlocksMark"/>: twins: count (i32), then for each key (u64),
/// layout (i32), length of id (u16) and id; each takes as many numbers as its layout has names.
/// Anything else is a record of format 1, one series: twin key (u64), then twin id, path and unit; it counts as a twin with a
/// layout of this one name. All little-endian. How many bytes count is in the manifest: what lies beyond was appended by a
/// seal that did not finish and is overwritten by the next.
/// </remarks>
internal static class SeriesFile
{
    public const string FileName = "series.bin";

    // No key of a twin has these: bits 52 to 63 of a key are 0.
    private const ulong LayoutMark = 0xFF00_0000_0000_0001;
    private const ulong BlocksMark = 0xFF00_0000_0000_0002;

    private const int HeaderBytes = 8;
    private const int BlocksPerRecord = 8192;

    /// <summary>Fills <paramref name="catalog"/> from the first <paramref name="length"/> bytes.</summary>
    /// <exception cref="GemelException">GMH007, a record is damaged; GMH004, the file is shorter.</exception>
    public static void Load(string path, long length, SeriesCatalog catalog)
    {
        using FileStream? file = File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 20) : null;
        if ((file?.Length ?? 0) < length)
        {
            throw new GemelException(HistoryErrors.MissingFile.With(path, file?.Length ?? 0, length, "the names of series"));
        }
        var reader = new Reader(catalog);
        byte[] header = new byte[HeaderBytes];
        byte[] payload = [];
        for (long at = 0; at < length;)
        {
            long rest = length - at - HeaderBytes;
            int size = rest < 0 || file!.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(header);
            if (size < sizeof(ulong) || size > rest)
            {
                throw Damaged(path, at);
            }
            payload = payload.Length < size ? new byte[size] : payload;
            file!.ReadExactly(payload, 0, size);
            ReadOnlySpan<byte> record = payload.AsSpan(0, size);
            if (Crc32.HashToUInt32(record) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)) || !reader.TryRead(record))
            {
                throw Damaged(path, at);
            }
            at += HeaderBytes + size;
        }
    }

    /// <summary>Writes the series from <paramref name="from"/> to before <paramref name="to"/> at <paramref name="offset"/>,
    /// cutting what was beyond, and syncs.</summary>
    /// <param name="from">Where a block begins, as <paramref name="to"/>.</param>
    /// <returns>The length of the file.</returns>
    public static long Append(IFileActions files, string path, long offset, SeriesCatalog catalog, int from, int to)
    {
        if (from == to)
        {
            return offset;
        }
        using var output = new MemoryStream();
        using var record = new MemoryStream();
        int end = catalog.FindBlock(to - 1) + 1;
        for (int block = from == 0 ? 0 : catalog.FindBlock(from); block < end;)
        {
            int next = Math.Min(end, block + BlocksPerRecord);
            WriteLayouts(catalog, block, next, record, output);
            WriteBlocks(catalog, block, next, record, output);
            block = next;
        }
        files.WriteAt(path, offset, output.GetBuffer().AsSpan(0, (int)output.Length));
        if (offset == 0)
        {
            // The first time the file's name is new: the manifest must not be there without it.
            files.SyncDirectory(Path.GetDirectoryName(path)!);
        }
        return offset + output.Length;
    }

    // Layouts that these blocks are the first to use.
    private static void WriteLayouts(SeriesCatalog catalog, int from, int to, MemoryStream record, MemoryStream output)
    {
        for (int block = from; block < to; block++)
        {
            SeriesLayout layout = catalog.LayoutOf(catalog.BlockAt(block));
            if (layout.FirstBlock == block)
            {
                using BinaryWriter writer = Begin(record, LayoutMark);
                writer.Write(layout.Columns.Length);
                foreach (SeriesName name in layout.Columns)
                {
                    WriteText(writer, name.Path);
                    WriteText(writer, name.Unit);
                }
                End(writer, record, output);
            }
        }
    }

    private static void WriteBlocks(SeriesCatalog catalog, int from, int to, MemoryStream record, MemoryStream output)
    {
        using BinaryWriter writer = Begin(record, BlocksMark);
        writer.Write(to - from);
        for (int at = from; at < to; at++)
        {
            ref readonly SeriesBlock block = ref catalog.BlockAt(at);
            ReadOnlySpan<byte> id = catalog.IdUtf8Of(block);
            writer.Write(block.Twin.Value);
            writer.Write(block.Layout);
            writer.Write((ushort)id.Length);
            writer.Write(id);
        }
        End(writer, record, output);
    }

    private static BinaryWriter Begin(MemoryStream record, ulong mark)
    {
        record.SetLength(0);
        var writer = new BinaryWriter(record, Encoding.UTF8, leaveOpen: true);
        writer.Write(mark);
        return writer;
    }

    private static void End(BinaryWriter writer, MemoryStream record, MemoryStream output)
    {
        writer.Flush();
        ReadOnlySpan<byte> payload = record.GetBuffer().AsSpan(0, (int)record.Length);
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Crc32.HashToUInt32(payload));
        output.Write(header);
        output.Write(payload);
    }

    private static void WriteText(BinaryWriter writer, string? text)
    {
        byte[] utf8 = text is null ? [] : Encoding.UTF8.GetBytes(text);
        writer.Write(text is null ? -1 : utf8.Length);
        writer.Write(utf8);
    }

    private static GemelException Damaged(string path, long at) => new(HistoryErrors.DamagedCatalog.With(path, at));

    /// <summary>Takes in records in their order.</summary>
    private sealed class Reader(SeriesCatalog catalog)
    {
        // In the order of the file, which is the order of first use; a layout of format 1 is in it from its first twin on.
        private readonly List<SeriesLayout> _layouts = [];

        /// <returns>False where the record is not what its mark says.</returns>
        public bool TryRead(ReadOnlySpan<byte> record)
        {
            try
            {
                Read(record);
                return true;
            }
            catch (ArgumentException)
            {
                return false;   // a length or number reaches beyond the record or the layouts
            }
        }

        private void Read(ReadOnlySpan<byte> record)
        {
            ulong first = BinaryPrimitives.ReadUInt64LittleEndian(record);
            ReadOnlySpan<byte> rest = record[sizeof(ulong)..];
            switch (first)
            {
                case LayoutMark: ReadLayout(rest); break;
                case BlocksMark: ReadBlocks(rest); break;
                default: ReadSingle(new TwinKey(first), rest); break;
            }
        }

        private void ReadLayout(ReadOnlySpan<byte> rest)
        {
            var names = ImmutableArray.CreateBuilder<SeriesName>();
            for (int left = Int32(ref rest); left > 0; left--)
            {
                string path = Text(ref rest) ?? "";
                names.Add(new SeriesName(path, Text(ref rest)));
            }
            _layouts.Add(catalog.LayoutOf(names.ToImmutable()));
        }

        private void ReadBlocks(ReadOnlySpan<byte> rest)
        {
            for (int left = Int32(ref rest); left > 0; left--)
            {
                var twin = new TwinKey(BinaryPrimitives.ReadUInt64LittleEndian(Take(ref rest, sizeof(ulong))));
                SeriesLayout layout = _layouts[Int32(ref rest)];
                int length = BinaryPrimitives.ReadUInt16LittleEndian(Take(ref rest, sizeof(ushort)));
                catalog.Add(twin, Take(ref rest, length), layout);
            }
        }

        private void ReadSingle(TwinKey twin, ReadOnlySpan<byte> rest)
        {
            ReadOnlySpan<byte> id = Take(ref rest, Int32(ref rest));
            string path = Text(ref rest) ?? "";
            SeriesLayout layout = catalog.LayoutOf([new SeriesName(path, Text(ref rest))]);
            if (layout.Number == SeriesLayout.Unused)
            {
                _layouts.Add(layout);
            }
            catalog.Add(twin, id, layout);
        }

        private static string? Text(ref ReadOnlySpan<byte> rest)
        {
            int length = Int32(ref rest);
            return length < 0 ? null : Encoding.UTF8.GetString(Take(ref rest, length));
        }

        private static int Int32(ref ReadOnlySpan<byte> rest) => BinaryPrimitives.ReadInt32LittleEndian(Take(ref rest, sizeof(int)));

        private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int count)
        {
            ReadOnlySpan<byte> taken = rest[..count];
            rest = rest[count..];
            return taken;
        }
    }
}
