using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace Gemel.Journal;

/// <summary>A small JSON file that is replaced all at once and ends with a checksum of everything before it.</summary>
/// <remarks>The last property is <c>"checksum": "16 hexadecimal digits"</c>, XXH3-64 of the bytes before <c>,\n  "checksum"</c>; so any JSON
/// reader can read the file and any flipped bit of it is found.</remarks>
/// <param name="Kind">What the file is, so that one copied over another is noticed.</param>
/// <param name="Format">The format written, and the newest one read.</param>
public sealed record SealedDocument(string Kind, int Format)
{
    private const string TrailerStart = ",\n  \"checksum\": \"";
    private const string TrailerEnd = "\"\n}\n";
    private const int ChecksumDigits = 16;
    private const int TrailerLength = 17 + ChecksumDigits + 4;
    private const int MaxBytes = 64 << 20;

    /// <summary>Writes beside and renames: after a crash the former document is there, or this one.</summary>
    /// <exception cref="IOException">The disk refused; the former document is still there.</exception>
    public void Write(IJournalFiles files, string path, Guid instance, Action<Utf8JsonWriter> writeProperties)
    {
        byte[] bytes = Render(instance, writeProperties);
        string temporary = path + ".new";
        using (IJournalFile file = files.Create(temporary))
        {
            file.Write(bytes, 0);
            file.Sync();
        }
        files.Rename(temporary, path);
        files.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <param name="instance">Whose file it must be; null accepts any.</param>
    /// <exception cref="GemelException">GMJ002, a newer format; GMJ004, damaged or another kind; GMJ005, another instance's.</exception>
    public JsonDocument Read(IJournalFiles files, string path, Guid? instance)
    {
        byte[] bytes = ReadAll(files, path);
        if (bytes.Length <= TrailerLength || !bytes.AsSpan().EndsWith(Trailer(bytes.AsSpan(0, bytes.Length - TrailerLength))))
        {
            throw new GemelException(JournalErrors.DocumentDamaged.With(path, "its checksum does not agree with its bytes"));
        }
        var document = JsonDocument.Parse(bytes);
        if (Check(document.RootElement, path, instance) is not { } error)
        {
            return document;
        }
        document.Dispose();
        throw new GemelException(error);
    }

    private GemelError? Check(JsonElement root, string path, Guid? instance)
    {
        if (!root.TryGetProperty("kind", out JsonElement kind) || kind.ToString() != Kind)
        {
            return JournalErrors.DocumentDamaged.With(path, $"it is no {Kind}");
        }
        if (root.GetProperty("format").GetInt32() is var format && format != Format)
        {
            string program = root.TryGetProperty("program", out JsonElement writer) ? writer.ToString() : "of a later version";
            return JournalErrors.NewerFormat.With(path, format, program, Format);
        }
        return instance is { } wanted && root.GetProperty("instance").GetGuid() is var found && found != wanted
            ? JournalErrors.ForeignFile.With(path, found, wanted)
            : null;
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

    private byte[] Render(Guid instance, Action<Utf8JsonWriter> writeProperties)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", Kind);
            writer.WriteNumber("format", Format);
            writer.WriteString("instance", instance);
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
