using System.Security.Cryptography;
using System.Text.Json;

namespace Gemel.History;

/// <summary>The manifest on disk: <c>{"format":2,"sha256":"…","manifest":{…}}</c>, the hash being over the manifest's text.</summary>
/// <remarks>Format 1 had no hashes of files; who loads one computes them and writes it anew.</remarks>
internal sealed class ManifestFile(string folder, IFileActions files)
{
    public const string FileName = "manifest.json";

    // 2: hashes of files, and series.bin has records of twins; what format 1 wrote there is read as it stands.
    private const int Format = 2;
    private const int FormatWithoutHashes = 1;
    private const string TemporaryName = FileName + ".tmp";

    private readonly string _path = Path.Combine(folder, FileName);

    public string FullPath => _path;

    /// <summary>The manifest of the folder; an empty one where the folder is new.</summary>
    /// <param name="isFormer">Of format 1: its files have no hashes.</param>
    /// <exception cref="GemelException">GMH002, damaged; GMH003, written by a newer version.</exception>
    public Manifest Load(out bool isFormer)
    {
        isFormer = false;
        if (!File.Exists(_path))
        {
            return Manifest.Empty;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_path));
            int format = document.RootElement.GetProperty("format").GetInt32();
            if (format > Format)
            {
                throw new GemelException(HistoryErrors.NewerFormat.With(folder, format, Format));
            }
            JsonElement body = document.RootElement.GetProperty("manifest");
            isFormer = format == FormatWithoutHashes;
            bool matches = format >= FormatWithoutHashes && document.RootElement.GetProperty("sha256").GetString() == Hash(body.GetRawText());
            return matches && body.Deserialize(ManifestJson.Default.Manifest) is { } manifest && (isFormer || manifest.Files.All(file => file.Hash.Length > 0))
                ? manifest
                : throw new GemelException(HistoryErrors.DamagedManifest.With(_path, "its hash does not match"));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new GemelException(HistoryErrors.DamagedManifest.With(_path, e.Message), e);
        }
    }

    /// <summary>Puts <paramref name="manifest"/> in the place of the present one; after a crash there is one or the other.</summary>
    public void Swap(Manifest manifest)
    {
        string temporary = Path.Combine(folder, TemporaryName);
        files.WriteAt(temporary, 0, Render(manifest));
        files.Rename(temporary, _path);
        files.SyncDirectory(folder);
    }

    /// <summary>The bytes of the file.</summary>
    public static byte[] Render(Manifest manifest)
    {
        string body = JsonSerializer.Serialize(manifest, ManifestJson.Default.Manifest);
        return System.Text.Encoding.UTF8.GetBytes($"{{\"format\":{Format},\"sha256\":\"{Hash(body)}\",\"manifest\":{body}}}\n");
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
