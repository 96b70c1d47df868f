using System.IO.Compression;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Parcels;

/// <summary>Gemel as a tool of .NET, from the package of this source tree.</summary>
public sealed class ToolTests
{
    // Of the package; with room for growth, but not for a library that came along by mistake.
    private const long MostBytes = 64L << 20;

    private static readonly string[] Platforms = ["linux-x64", "linux-arm64", "osx-x64", "osx-arm64", "win-x64", "win-arm64"];

    [Fact]
    public async Task The_package_installs_from_a_folder_and_serves()
    {
        using TemporaryFolder folder = new();
        await DotnetRun.SucceedAsync("pack", DotnetRun.ServerProject, "-c", "Release", "-o", folder.Combine("packages"), "-v", "quiet", "-nologo");
        string package = Assert.Single(Directory.EnumerateFiles(folder.Combine("packages")));
        Assert.Equal($"gemel.{FirstUse.Version}.nupkg", Path.GetFileName(package));
        Assert.InRange(new FileInfo(package).Length, 1, MostBytes);
        AssertHoldsAll(package);

        string home = Directory.CreateDirectory(folder.Combine("home")).FullName;
        await DotnetRun.SucceedAsync(home, ["tool", "install", "gemel", "--tool-path", folder.Combine("tools"), "--source", folder.Combine("packages")]);
        ServerProgram tool = new(folder.Combine("tools/gemel"), [], new Dictionary<string, string> { ["HOME"] = home });

        await FirstUse.SucceedsAsync(tool);
        await FirstUse.ShowsTheDemoAsync(tool);
    }

    private static void AssertHoldsAll(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        string[] files = [.. archive.Entries.Select(entry => entry.FullName)];
        Assert.Contains("LICENSE", files);
        Assert.Contains("README.md", files);
        Assert.All(Platforms, platform => Assert.Contains(files, file => file.Contains($"/runtimes/{platform}/native/ParquetSharpNative.", StringComparison.Ordinal)));
        Assert.All(
            Directory.EnumerateFiles(Places.Samples, "*", SearchOption.AllDirectories).Where(IsShipped),
            file => Assert.Contains($"tools/net10.0/any/samples/{Path.GetRelativePath(Places.Samples, file)}", files));
    }

    private static bool IsShipped(string file) => Path.GetExtension(file) is ".json" or ".ndjson" or ".yaml";
}
