using Gemel.Cluster;
using Gemel.Journal;
using Gemel.Server.Backups;
using Gemel.Server.Tests.CommandLine;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Server.Tests.Backups;

public sealed class BackupRunTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_second_backup_copies_only_what_is_new()
    {
        using TemporaryFolder temporary = new();
        ScriptedSource source = ScriptedSource.WithDataFolder();
        BackupResult first = await RunAsync(temporary.Path, source);
        Assert.Equal(4, first.Files);
        source.Files["journal/0000000000000001.log"] = [1, 2, 3];
        source.Commit = 8;

        BackupResult second = await RunAsync(temporary.Path, source);

        Assert.Equal((1, 3L), (second.Files, second.Bytes));
        using BackupFolder folder = BackupFolder.OpenToRead(DiskFiles.Instance, temporary.Path);
        Assert.Equal([7, 8], folder.List().Select(backup => backup.Commit));
        Assert.Equal(8, folder.Find(null).Commit);
        Assert.Equal(7, folder.Find(7).Commit);
        Assert.Equal(ServerErrors.BackupNotFound, Assert.Throws<GemelException>(() => folder.Find(9)).Error.Code);
    }

    [Fact]
    public async Task A_disk_that_fails_at_any_call_leaves_no_backup_and_nothing_pinned_and_the_next_run_succeeds()
    {
        FailingDisk counting = new();
        // The same contents each time, for which folders there are, and so how many calls, follows from their hashes.
        ScriptedSource files = ScriptedSource.WithDataFolder();
        using (TemporaryFolder temporary = new())
        {
            await RunAsync(temporary.Path, files.Again(), counting);
        }
        Assert.True(counting.Calls > 10);
        for (int call = 0; call < counting.Calls; call++)
        {
            using TemporaryFolder temporary = new();
            ScriptedSource source = files.Again();
            FailingDisk disk = new() { FailsAt = call };

            GemelException refused = await Assert.ThrowsAsync<GemelException>(() => RunAsync(temporary.Path, source, disk));

            Assert.Equal(ServerErrors.BackupUnusable, refused.Error.Code);
            Assert.Equal(source.Begun, source.Ended);
            // The last calls make the backup's name durable; whether it is there then is open, but if it is, it is whole.
            AssertWholeOrNone(temporary.Path, mayBeThere: call >= counting.Calls - 1);
            disk.FailsAt = int.MaxValue;
            await RunAsync(temporary.Path, source, disk);
            AssertWholeOrNone(temporary.Path, mayBeThere: true);
        }
    }

    [Fact]
    public async Task A_connection_that_is_lost_again_and_again_is_taken_up_where_it_was()
    {
        using TemporaryFolder temporary = new();
        ScriptedSource source = new((DataFolder.DocumentName, "0123456789")) { BytesPerAnswer = 4 };
        FakeTimeProvider clock = new() { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        Task<BackupResult> run = RunAsync(temporary.Path, source, clock: clock);
        while (!run.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await run;
        Assert.Equal(3, source.Opened);
        using BackupFolder folder = BackupFolder.OpenToRead(DiskFiles.Instance, temporary.Path);
        Assert.Null(folder.Read(folder.Find(null).Files[0], sink: null, Cancelled));
    }

    [Fact]
    public async Task A_server_that_sends_something_else_makes_no_backup()
    {
        using TemporaryFolder temporary = new();
        ScriptedSource source = ScriptedSource.WithDataFolder();
        source.Lies = true;
        Assert.Equal(ServerErrors.BackupCopyDiffers, (await Assert.ThrowsAsync<GemelException>(() => RunAsync(temporary.Path, source))).Error.Code);
        AssertWholeOrNone(temporary.Path, mayBeThere: false);
        Assert.Empty(Directory.GetFiles(temporary.Path, "*.new", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("../gemel.json")]
    [InlineData("journal/../../x")]
    [InlineData("/etc/passwd")]
    [InlineData("admin.key")]
    [InlineData("journal")]
    [InlineData("journal/")]
    [InlineData("journal//x")]
    [InlineData("journal/.x")]
    [InlineData("journal\\x")]
    [InlineData("C:/x")]
    [InlineData("journal/a/b/c/d")]
    [InlineData("journal/x\n")]
    [InlineData("GEMEL.JSON")]
    public async Task A_server_that_names_what_no_data_folder_has_is_refused_before_anything_is_written(string name)
    {
        using TemporaryFolder temporary = new();
        ScriptedSource source = ScriptedSource.WithDataFolder();
        source.Files[name] = [1];
        Assert.Equal(ServerErrors.BackupNameRefused, (await Assert.ThrowsAsync<GemelException>(() => RunAsync(temporary.Path, source))).Error.Code);
        Assert.Equal((0, 1), (source.Opened, source.Ended));
    }

    [Fact]
    public async Task A_folder_with_something_else_one_in_use_and_one_of_another_instance_are_refused()
    {
        using TemporaryFolder temporary = new();
        ScriptedSource source = ScriptedSource.WithDataFolder();
        File.WriteAllText(Path.Combine(temporary.Path, "letter.txt"), "");
        Assert.Equal(ServerErrors.BackupFolderForeign, (await Assert.ThrowsAsync<GemelException>(() => RunAsync(temporary.Path, source))).Error.Code);
        string folder = Path.Combine(temporary.Path, "backups");
        using (BackupFolder.OpenToWrite(DiskFiles.Instance, folder))
        {
            Assert.Equal(ServerErrors.BackupFolderInUse, (await Assert.ThrowsAsync<GemelException>(() => RunAsync(folder, source))).Error.Code);
        }
        await RunAsync(folder, source);
        source.Instance = Guid.NewGuid();
        Assert.Equal(ServerErrors.BackupOfAnother, (await Assert.ThrowsAsync<GemelException>(() => RunAsync(folder, source))).Error.Code);
    }

    [Fact]
    public async Task A_manifest_of_a_newer_format_is_refused_with_one_line()
    {
        using TemporaryFolder temporary = new();
        await RunAsync(temporary.Path, ScriptedSource.WithDataFolder());
        string manifest = Directory.GetFiles(Path.Combine(temporary.Path, "backups"))[0];
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("{\"format\":1", "{\"format\":2", StringComparison.Ordinal));
        CommandRun run = await CommandRun.Of("restore", temporary.Path, "--data", Path.Combine(temporary.Path, "data"));
        Assert.Equal(1, run.Code);
        Assert.StartsWith("gemel: GMX062", Assert.Single(run.ErrorLines));
    }

    internal static async Task<BackupResult> RunAsync(string path, IBackupSource source, IJournalFiles? disk = null, TimeProvider? clock = null)
    {
        using BackupFolder folder = BackupFolder.OpenToWrite(disk ?? DiskFiles.Instance, path);
        return await new BackupRun(source, folder, clock ?? TimeProvider.System).RunAsync(checksAll: false, (_, _) => { }, Cancelled);
    }

    private static void AssertWholeOrNone(string path, bool mayBeThere)
    {
        if (!Directory.Exists(Path.Combine(path, "backups")))
        {
            return;
        }
        using BackupFolder folder = BackupFolder.OpenToRead(DiskFiles.Instance, path);
        foreach (BackupManifest backup in folder.List())
        {
            Assert.True(mayBeThere);
            Assert.All(backup.Files, file => Assert.Null(folder.Read(file, sink: null, Cancelled)));
        }
    }
}
