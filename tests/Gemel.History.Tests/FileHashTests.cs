using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gemel.History.Tests;

/// <summary>Hashes of files: written with them, compared at the first read and before a merge, computed for folders of format 1.</summary>
public sealed class FileHashTests
{
    [Fact]
    public async Task The_manifest_holds_the_hash_of_every_file_sealed_or_merged()
    {
        await using var test = new TestStore(new HistoryOptions { CompactionFanIn = 2 });
        for (int commit = 1; commit <= 5; commit++)
        {
            await SealAsync(test, commit);
        }
        await test.Store.CompactAsync(TestStore.Cancellation);

        JsonNode manifest = ReadManifest(test.Folder);
        Assert.Equal(2, manifest["format"]!.GetValue<int>());
        JsonNode[] files = [.. Files(manifest)];
        Assert.NotEmpty(files);
        foreach (JsonNode file in files)
        {
            Assert.Equal(FileHash.Of(Path.Combine(test.Folder, file["path"]!.GetValue<string>())), file["hash"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("samples")]
    [InlineData("lifecycle")]
    public async Task A_flipped_bit_anywhere_in_a_file_is_found_at_its_first_read_and_named(string kind)
    {
        await using var test = new TestStore();
        await SealAsync(test, 1);
        string file = Assert.Single(Directory.GetFiles(Path.Combine(test.Folder, kind), "*.parquet", SearchOption.AllDirectories));
        byte[] good = await File.ReadAllBytesAsync(file, TestStore.Cancellation);
        for (int at = 0; at < good.Length; at += Math.Max(1, good.Length / 40))
        {
            byte[] bad = [.. good];
            bad[at] ^= 1;
            await File.WriteAllBytesAsync(file, bad, TestStore.Cancellation);
            await test.ReopenAsync();

            GemelError error = Assert.Throws<GemelException>(() => ReadAll(test)).Error;

            Assert.Equal(HistoryErrors.ChangedFile, error.Code);
            Assert.Contains(file, error.ToString());
            Assert.Contains("gemel restore", error.ToString());
        }
        await File.WriteAllBytesAsync(file, good, TestStore.Cancellation);
        ReadAll(test);
    }

    [Fact]
    public async Task A_file_is_looked_at_once_and_again_before_it_is_merged()
    {
        await using var test = new TestStore(new HistoryOptions { CompactionFanIn = 4 });
        await SealAsync(test, 1);
        ReadAll(test);
        string file = Directory.GetFiles(Path.Combine(test.Folder, "lifecycle"))[0];
        byte[] bytes = await File.ReadAllBytesAsync(file, TestStore.Cancellation);
        // A byte that the reader of Parquet passes over: only the hash can tell.
        bytes[^9] ^= 0x20;
        await File.WriteAllBytesAsync(file, bytes, TestStore.Cancellation);
        test.Read();

        for (int commit = 2; commit <= 4; commit++)
        {
            await SealAsync(test, commit);
        }

        GemelException refused = await Assert.ThrowsAsync<GemelException>(() => test.Store.CompactAsync(TestStore.Cancellation));
        Assert.Equal(HistoryErrors.ChangedFile, refused.Error.Code);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task A_folder_of_format_1_gets_its_hashes_at_the_start_also_where_one_start_was_interrupted()
    {
        await using var test = new TestStore();
        await SealAsync(test, 1);
        await SealAsync(test, 2);
        await test.Store.DisposeAsync();
        byte[] current = await File.ReadAllBytesAsync(ManifestPath(test.Folder), TestStore.Cancellation);
        WriteFormer(test.Folder);
        byte[] former = await File.ReadAllBytesAsync(ManifestPath(test.Folder), TestStore.Cancellation);

        // The steps of the upgrade: the new manifest written beside, renamed, the folder synced.
        foreach ((int step, bool takesEffect) in (ReadOnlySpan<(int, bool)>)[(0, false), (0, true), (1, false)])
        {
            var files = new FaultyFiles();
            files.FailAt(step, takesEffect);
            Assert.Equal(HistoryErrors.WriteFailed, Assert.Throws<GemelException>(() => HistoryStore.Open(test.Folder, new HistoryOptions(), test.Clock, files)).Error.Code);
            Assert.Equal(former, File.ReadAllBytes(ManifestPath(test.Folder)));
        }
        await test.ReopenAsync();

        Assert.Equal(current, File.ReadAllBytes(ManifestPath(test.Folder)));
        Assert.Equal(2, test.Read().Count);
    }

    [Fact]
    public async Task A_manifest_of_format_2_without_a_hash_is_damaged()
    {
        await using var test = new TestStore();
        await SealAsync(test, 1);
        await test.Store.DisposeAsync();
        Rewrite(test.Folder, format: 2);

        GemelException refused = Assert.Throws<GemelException>(() => HistoryStore.Open(test.Folder, new HistoryOptions(), test.Clock));

        Assert.Equal(HistoryErrors.DamagedManifest, refused.Error.Code);
    }

    private static async Task SealAsync(TestStore test, long commit)
    {
        Assert.True(test.Store.BeginCommit(commit));
        test.Append([Row.Number((int)commit, commit)]);
        test.Store.Append(new LifecycleRecord { Time = TestStore.Start, Subject = LifecycleSubject.Twin, Action = LifecycleAction.Created, Id = $"pump-{commit}" });
        await test.Store.EndCommitAsync(TestStore.Cancellation);
        await test.Store.SealAsync(TestStore.Cancellation);
    }

    private static void ReadAll(TestStore test)
    {
        test.Read();
        Assert.NotEmpty(test.Store.ReadLifecycle(new LifecycleRequest()));
    }

    private static string ManifestPath(string folder) => Path.Combine(folder, "manifest.json");

    private static JsonNode ReadManifest(string folder) => JsonNode.Parse(File.ReadAllBytes(ManifestPath(folder)))!;

    private static IEnumerable<JsonNode> Files(JsonNode document) =>
        ((JsonArray)document["manifest"]!["samples"]!).Concat((JsonArray)document["manifest"]!["lifecycle"]!)!;

    private static void WriteFormer(string folder) => Rewrite(folder, format: 1);

    private static void Rewrite(string folder, int format)
    {
        JsonNode document = ReadManifest(folder);
        foreach (JsonNode file in Files(document))
        {
            ((JsonObject)file).Remove("hash");
        }
        string body = document["manifest"]!.ToJsonString(new JsonSerializerOptions());
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        File.WriteAllText(ManifestPath(folder), $"{{\"format\":{format},\"sha256\":\"{hash}\",\"manifest\":{body}}}\n");
    }
}
