using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Gemel.History;

/// <summary>The series of a store on disk: records appended in order of <see cref="SeriesId"/>.</summary>
/// <remarks>
/// Record: length of payload (u32), CRC-32 of payload (u32), payload = twin key (u64), then twin id, path and unit, each as
/// length (i32, -1 for null) and UTF-8; all little-endian. How many bytes count is in the manifest: what lies beyond was
/// appended by a seal that did not finish and is overwritten by the next.
/// </remarks>
internal static class SeriesFile
{
    public const string FileName = "series.bin";

    private const int HeaderBytes = 8;

    /// <summary>Fills <paramref name="catalog"/> from the first <paramref name="length"/> bytes.</summary>
    /// <exception cref="GemelException">GMH007, a record is damaged; GMH004, the file is shorter.</exception>
    public static void Load(string path, long length, SeriesCatalog catalog)
    {
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        if (bytes.Length < length)
        {
            throw new GemelException(HistoryErrors.MissingFile.With(path, bytes.Length, length, "the names of series"));
        }
        // One string per name in memory, however many series bear it.
        Dictionary<string, string> names = [];
        ReadOnlySpan<byte> rest = bytes.AsSpan(0, (int)length);
        while (!rest.IsEmpty)
        {
            int size = rest.Length < HeaderBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
            bool whole = size >= sizeof(ulong) && size <= rest.Length - HeaderBytes;
            if (!whole || Crc32.HashToUInt32(rest.Slice(HeaderBytes, size)) != BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]))
            {
                throw new GemelException(HistoryErrors.DamagedCatalog.With(path, length - rest.Length));
            }
            Read(rest.Slice(HeaderBytes, size), catalog, names);
            rest = rest[(HeaderBytes + size)..];
        }
    }

    /// <summary>Writes the series from <paramref name="from"/> to before <paramref name="to"/> at <paramref name="offset"/>,
    /// cutting what was beyond, and syncs.</summary>
    /// <returns>The length of the file.</returns>
    public static long Append(IFileActions files, string path, long offset, SeriesCatalog catalog, int from, int to)
    {
        if (from == to)
        {
            return offset;
        }
        using var buffer = new MemoryStream();
        Span<byte> header = stackalloc byte[HeaderBytes];
        for (int id = from; id < to; id++)
        {
            byte[] payload = Payload(catalog[new SeriesId(id)]);
            BinaryPrimitives.WriteInt32LittleEndian(header, payload.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Crc32.HashToUInt32(payload));
            buffer.Write(header);
            buffer.Write(payload);
        }
        files.WriteAt(path, offset, buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        if (offset == 0)
        {
            // The first time the file's name is new: the manifest must not be there without it.
            files.SyncDirectory(Path.GetDirectoryName(path)!);
        }
        return offset + buffer.Length;
    }

    private static byte[] Payload(Series series)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        writer.Write(series.Twin.Value);
        foreach (string? text in (ReadOnlySpan<string?>)[series.TwinId, series.Path, series.Unit])
        {
            byte[] utf8 = text is null ? [] : Encoding.UTF8.GetBytes(text);
            writer.Write(text is null ? -1 : utf8.Length);
            writer.Write(utf8);
        }
        writer.Flush();
        return buffer.ToArray();
    }

    private static void Read(ReadOnlySpan<byte> payload, SeriesCatalog catalog, Dictionary<string, string> names)
    {
        var twin = new TwinKey(BinaryPrimitives.ReadUInt64LittleEndian(payload));
        payload = payload[sizeof(ulong)..];
        string twinId = ReadText(ref payload, names) ?? "";
        string path = ReadText(ref payload, names) ?? "";
        catalog.Add(twin, twinId, path, ReadText(ref payload, names));
    }

    private static string? ReadText(ref ReadOnlySpan<byte> rest, Dictionary<string, string> names)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        rest = rest[sizeof(int)..];
        if (length < 0)
        {
            return null;
        }
        string text = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return names.TryAdd(text, text) ? text : names[text];
    }
}
