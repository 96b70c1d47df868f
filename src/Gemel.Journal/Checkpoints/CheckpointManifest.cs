using System.Globalization;
using System.Text.Json;

namespace Gemel.Journal;

/// <summary>The file that makes a checkpoint: it names the commit and every part. It appears last and whole.</summary>
internal static class CheckpointManifest
{
    private const string Extension = ".json";
    private const int NameDigits = 16;

    private static readonly SealedDocument Document = new("checkpoint", Format: 1);

    public static string FileName(long commit) => commit.ToString("D16", CultureInfo.InvariantCulture) + Extension;

    public static bool TryParseName(string name, out long commit)
    {
        commit = 0;
        return name.Length == NameDigits + Extension.Length && name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, NameDigits), NumberStyles.None, CultureInfo.InvariantCulture, out commit);
    }

    public static void Write(IJournalFiles files, string folder, Guid instance, Checkpoint checkpoint) =>
        Document.Write(files, Path.Combine(folder, FileName(checkpoint.Commit)), instance, json =>
        {
            json.WriteNumber("commit", checkpoint.Commit);
            json.WriteString("hash", checkpoint.Hash.ToString());
            json.WriteString("time", checkpoint.Time.ToString());
            json.WriteStartArray("parts");
            foreach (CheckpointPart part in checkpoint.Parts)
            {
                json.WriteStartObject();
                json.WriteString("name", part.Name);
                json.WriteString("file", part.File);
                json.WriteNumber("bytes", part.Bytes);
                json.WriteString("checksum", part.Checksum);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });

    /// <exception cref="GemelException">GMJ002, GMJ004, GMJ005.</exception>
    public static Checkpoint Read(IJournalFiles files, string folder, Guid instance, long commit)
    {
        string path = Path.Combine(folder, FileName(commit));
        using JsonDocument document = Document.Read(files, path, instance);
        JsonElement root = document.RootElement;
        if (root.GetProperty("commit").GetInt64() is var named && named != commit)
        {
            throw new GemelException(JournalErrors.DocumentDamaged.With(path, $"it is the checkpoint of commit {named}"));
        }
        if (!RecordHash.TryParse(root.GetProperty("hash").GetString(), out RecordHash hash)
            || !TryParseTime(root.GetProperty("time").GetString(), out Timestamp time))
        {
            throw new GemelException(JournalErrors.DocumentDamaged.With(path, "its hash or time cannot be read"));
        }
        return new Checkpoint(commit, hash, time, [.. root.GetProperty("parts").EnumerateArray().Select(ReadPart)]);
    }

    private static bool TryParseTime(string? text, out Timestamp time)
    {
        time = Timestamp.None;
        return text == Timestamp.None.ToString() || Timestamp.TryParse(text, out time);
    }

    private static CheckpointPart ReadPart(JsonElement part) => new(
        part.GetProperty("name").GetString()!, part.GetProperty("file").GetString()!,
        part.GetProperty("bytes").GetInt64(), part.GetProperty("checksum").GetString()!);
}
