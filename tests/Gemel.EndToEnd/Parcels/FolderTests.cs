using System.Buffers.Binary;
using Gemel.EndToEnd.Hosting;

namespace Gemel.EndToEnd.Parcels;

/// <summary>The folders that <c>packaging/publish.sh</c> makes, where the environment says that it has: making them takes minutes.</summary>
public sealed class FolderTests
{
    private const string Variable = "GEMEL_PARCELS";
    private const ushort X64 = 62;
    private const ushort Arm64 = 183;
    private const long MostBytes = 256L << 20;

    private static readonly string[] Platforms = ["linux-x64", "linux-arm64"];

    [Fact]
    public async Task The_folder_serves_where_there_is_no_dotnet()
    {
        using TemporaryFolder empty = new();
        Dictionary<string, string> bare = new() { ["PATH"] = empty.Path, ["DOTNET_ROOT"] = empty.Path, ["HOME"] = empty.Path };
        ServerProgram program = new(Path.Combine(FolderOf("linux-x64"), "gemel"), [], bare);
        await FirstUse.SucceedsAsync(program);
        await FirstUse.ShowsTheDemoAsync(program);
    }

    [Theory]
    [InlineData("linux-x64", X64)]
    [InlineData("linux-arm64", Arm64)]
    public void All_that_runs_without_dotnet_is_of_the_platform(string platform, ushort machine)
    {
        string[] native = NativeFiles(FolderOf(platform));
        Assert.Subset(native.ToHashSet(), new HashSet<string> { "gemel", "libcoreclr.so", "libhostfxr.so", "libhostpolicy.so", "libSystem.Native.so", "ParquetSharpNative.so" });
        Assert.All(native, file => Assert.Equal(machine, MachineOf(Path.Combine(FolderOf(platform), file))));
    }

    [Fact]
    public void Every_platform_has_the_same_files()
    {
        string[][] all = [.. Platforms.Select(platform => FilesOf(FolderOf(platform)))];
        Assert.Contains(all[0], file => file.StartsWith("samples/", StringComparison.Ordinal));
        Assert.Equal(all[0], all[1]);
    }

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("linux-arm64")]
    public void A_folder_holds_nothing_that_only_builds_need(string platform)
    {
        FileInfo[] files = [.. FilesOf(FolderOf(platform)).Select(file => new FileInfo(Path.Combine(FolderOf(platform), file)))];
        Assert.DoesNotContain(files, file => file.Extension is ".cs" or ".a" || file.Name.Contains("duckdb", StringComparison.OrdinalIgnoreCase));
        Assert.InRange(files.Sum(file => file.Length), 1, MostBytes);
    }

    private static string FolderOf(string platform)
    {
        string? parcels = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(parcels))
        {
            Assert.Skip($"{Variable} names no folder; packaging/publish.sh fills one.");
        }
        return Path.Combine(Path.GetFullPath(parcels, Places.Root), $"gemel-{platform}");
    }

    private static string[] FilesOf(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];

    private static string[] NativeFiles(string folder) => [.. FilesOf(folder).Where(file => Path.GetExtension(file) is ".so" or "")
        .Where(file => MachineOf(Path.Combine(folder, file)) != 0)];

    /// <summary>The machine of an ELF file (e_machine, ELF-64 object file format); 0 for any other file.</summary>
    private static ushort MachineOf(string path)
    {
        Span<byte> head = stackalloc byte[20];
        using FileStream file = File.OpenRead(path);
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head[..4].SequenceEqual("\u007fELF"u8)
            ? BinaryPrimitives.ReadUInt16LittleEndian(head[18..])
            : (ushort)0;
    }
}
