using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Gemel.EndToEnd.Hosting;

/// <summary>A data folder as an earlier release left it, and what must be answered from it: <c>tests/cases/data-folders</c>.</summary>
internal sealed class GoldenFolder : IDisposable
{
    private readonly string _folder;
    private readonly JsonDocument _document;

    private GoldenFolder(string folder)
    {
        _folder = folder;
        _document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "answers.json")));
    }

    /// <summary>Names of all there are, <c>format-1</c> and on.</summary>
    public static IEnumerable<string> Names =>
        Directory.EnumerateDirectories(Path.Combine(Places.Root, "tests", "cases", "data-folders")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!;

    /// <summary>The last acknowledged commit.</summary>
    public long Commit => _document.RootElement.GetProperty("commit").GetInt64();

    /// <summary>Devices and their secrets.</summary>
    public IEnumerable<(string Device, string Secret)> Secrets =>
        _document.RootElement.GetProperty("secrets").EnumerateObject().Select(member => (member.Name, member.Value.GetString()!));

    public IEnumerable<GoldenQuestion> Questions => _document.RootElement.GetProperty("answers").EnumerateArray().Select(each => new GoldenQuestion(
        new HttpMethod(each.GetProperty("method").GetString()!),
        each.GetProperty("path").GetString()!,
        each.TryGetProperty("body", out JsonElement body) ? body.GetRawText() : null,
        each.GetProperty("status").GetInt32(),
        each.GetProperty("answer")));

    public static GoldenFolder Open(string name) => new(Path.Combine(Places.Root, "tests", "cases", "data-folders", name));

    /// <summary>Puts a copy of the folder where there is none.</summary>
    public void CopyTo(string target)
    {
        Directory.CreateDirectory(target);
        using FileStream packed = File.OpenRead(Path.Combine(_folder, "folder.tar.gz"));
        using GZipStream unpacked = new(packed, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(unpacked, target, overwriteFiles: false);
    }

    public void Dispose() => _document.Dispose();
}

/// <param name="Path">With a slash before it.</param>
internal sealed record GoldenQuestion(HttpMethod Method, string Path, string? Body, int Status, JsonElement Answer);
