using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Gemel.Cluster;
using Gemel.Journal;

namespace Gemel.Server.Backups;

/// <summary>What one backup consists of. It is the file that makes a backup: written last, all at once.</summary>
/// <remarks><c>{"format":1,"sha256":"…","backup":{…}}</c>, the hash being over the text of <c>backup</c>.</remarks>
/// <param name="Commit">All commits up to here are in it, and none after.</param>
/// <param name="Time">Server time of that commit; null before the first.</param>
/// <param name="Made">When it was made, by the clock of who made it.</param>
/// <param name="Program">Version that made it.</param>
internal sealed partial record BackupManifest(Guid Instance, long Commit, string? Time, string Made, string Program, IReadOnlyList<BackupFile> Files)
{
    private const int Format = 1;

    [JsonIgnore]
    public long Bytes => Files.Sum(file => file.Bytes);

    public byte[] Render()
    {
        string body = JsonSerializer.Serialize(this, BackupJson.Default.BackupManifest);
        return Encoding.UTF8.GetBytes($"{{\"format\":{Format},\"sha256\":\"{HashOf(body)}\",\"backup\":{body}}}\n");
    }

    /// <exception cref="GemelException">GMX061, damaged; GMX062, of a newer format; GMX063, a name or hash that no backup of ours has.</exception>
    public static BackupManifest Read(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            if (document.RootElement.GetProperty("format").GetInt32() is var format and > Format)
            {
                throw new GemelException(ServerErrors.BackupNewer.With(path, format, Format));
            }
            JsonElement body = document.RootElement.GetProperty("backup");
            bool matches = document.RootElement.GetProperty("sha256").GetString() == HashOf(body.GetRawText());
            BackupManifest manifest = matches && body.Deserialize(BackupJson.Default.BackupManifest) is { } read
                ? read
                : throw new GemelException(ServerErrors.BackupDamaged.With(path, "its hash does not match"));
            RequireSafe(path, manifest.Files);
            return manifest;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new GemelException(ServerErrors.BackupDamaged.With(path, e.Message), e);
        }
    }

    /// <summary>Refuses names that could lead out of a data folder, or to anything in it that no backup holds.</summary>
    /// <param name="source">Where they come from: a server or a manifest.</param>
    /// <exception cref="GemelException">GMX063.</exception>
    public static void RequireSafe(string source, IReadOnlyList<BackupFile> files)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (BackupFile file in files)
        {
            if (!SafeName().IsMatch(file.Name) || !SafeHash().IsMatch(file.Hash) || file.Bytes < 0 || !names.Add(file.Name))
            {
                throw new GemelException(ServerErrors.BackupNameRefused.With(source, file.Name, file.Hash, file.Bytes));
            }
        }
        if (!names.Contains(DataFolder.DocumentName))
        {
            throw new GemelException(ServerErrors.BackupDamaged.With(source, $"it lists no '{DataFolder.DocumentName}'"));
        }
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // No segment begins with a dot, so none is "..", and the keys of a data folder are not among the names.
    [GeneratedRegex(@"\A(gemel\.json|(journal|checkpoints|history)(/[A-Za-z0-9_][A-Za-z0-9._=-]{0,200}){1,3})\z")]
    private static partial Regex SafeName();

    [GeneratedRegex(@"\A[0-9a-f]{32}\z")]
    private static partial Regex SafeHash();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
