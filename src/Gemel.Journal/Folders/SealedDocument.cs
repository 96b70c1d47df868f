using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace Gemel.Journal;

/// <summary>A small JSON file that is replaced all at once and ends with a checksum of everything before it.</summary>
/// <remarks>The last property is <c>"checksum": "16 hexadecimal digits"</c>, XXH3-64 of the bytes before <c>,\n  "checksum"</c>; so any JSON
/// reader can read the file and any flipped bit of it is found.</remarks>
internal static class SealedDocument
{
    private const string TrailerStart = ",\n  \"checksum\": \"";
    private const string TrailerEnd = "\"\n}\n";
    private const int ChecksumDigits = 16;
    private const int TrailerLength = 17 + ChecksumDigits + 4;
    private const int MaxBytes = 64 << 20;

    /// <summary>Writes beside and renames: after a crash the former document is there, or this one.</summary>
    public static void Write(IJournalFiles files, string path, Action<Utf8JsonWriter> writeProperties)
    {
        byte[] bytes = Render(writeProperties);
        string temporary = path + ".new";
        using (IJournalFile file = files.Create(temporary))
        {
            file.Write(bytes, 0);
            file.Sync();
        }
        files.Rename(temporary, path);
        files.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <exception cref="GemelException">GMJ004, the file is damaged.</exception>
    public static JsonDocument Read(IJournalFiles files, string path)
    {
        byte[] bytes = ReadAll(files, path);
        if (bytes.Length <= TrailerLength || !bytes.AsSpan().EndsWith(Trailer(bytes.AsSpan(0, bytes.Length - TrailerLength))))
        {
            throw new GemelException(JournalErrors.DocumentDamaged.With(path, "its checksum does not agree with its bytes"));
        }
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new GemelException(JournalErrors.DocumentDamaged.With(path, e.Message), e);
        }
    }

    private static byte[] ReadAll(IJournalFiles files, string path)
    {
        using IJournalFile file = files.Open(path, writable: false);
        if (file.Length > MaxBytes)
        {
            throw new GemelException(JournalErrors.DocumentDamaged.With(path, $"it has {file.Length} bytes"));
        }
        byte[] bytes = new byte[file.Length];
        int read = file.Read(bytes, 0);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    private static byte[] Render(Action<Utf8JsonWriter> writeProperties)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writeProperties(writer);
            writer.WriteEndObject();
        }
        stream.SetLength(stream.Length - 2);   // the line break and brace that the trailer brings along
        stream.Position = stream.Length;
        stream.Write(Trailer(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    private static byte[] Trailer(ReadOnlySpan<byte> body) =>
        Encoding.ASCII.GetBytes($"{TrailerStart}{XxHash3.HashToUInt64(body):x16}{TrailerEnd}");
}
