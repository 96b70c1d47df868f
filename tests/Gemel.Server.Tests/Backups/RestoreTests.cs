using Gemel.Journal;
using Gemel.Server.Backups;
using Gemel.Server.Tests.CommandLine;

namespace Gemel.Server.Tests.Backups;

public sealed class RestoreTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restored_folder_has_every_file_and_an_epoch_of_its_own()
    {
        using TemporaryFolder temporary = new();
        ScriptedSource source = ScriptedSource.WithDataFolder();
        string target = Path.Combine(temporary.Path, "data");
        using BackupFolder folder = await BackedUpAsync(temporary, source);

        new Restore(DiskFiles.Instance, folder).Run(folder.Find(null), target, epoch: 9, (_, _) => { }, Cancelled);

        Assert.All(source.Files.Where(file => file.Key != DataFolder.DocumentName), file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(target, file.Key))));
        using DataFolder restored = DataFolder.Open(DiskFiles.Instance, target, default, "test");
        Assert.Equal([new Epoch(9, 7)], restored.Lineage.Epochs);
    }

    [Fact]
    public async Task A_disk_that_fails_at_any_call_leaves_nothing_that_a_server_would_start_on_and_the_next_run_succeeds()
    {
        using TemporaryFolder temporary = new();
        ScriptedSource source = ScriptedSource.WithDataFolder();
        using BackupFolder folder = await BackedUpAsync(temporary, source);
        BackupManifest backup = folder.Find(null);
        FailingDisk counting = new();
        new Restore(counting, folder).Run(backup, Path.Combine(temporary.Path, "counted"), 9, (_, _) => { }, Cancelled);
        for (int call = 0; call < counting.Calls; call++)
        {
            string target = Path.Combine(temporary.Path, $"data-{call}");
            FailingDisk disk = new() { FailsAt = call };

            Assert.Throws<GemelException>(() => new Restore(disk, folder).Run(backup, target, 9, (_, _) => { }, Cancelled));

            // Nothing, or the mark of a restore beside whatever is there; only where the last step failed, making the end durable, all is there.
            string[] left = Directory.Exists(target) ? [.. Directory.GetFileSystemEntries(target).Select(path => Path.GetFileName(path))] : [];
            bool isWhole = call == counting.Calls - 1 && left.Length > 0;
            Assert.True(left.Length == 0 || left.Contains(DataFolder.RestoringName) || isWhole, $"call {call}: {string.Join(", ", left)}");
            if (!isWhole)
            {
                disk.FailsAt = int.MaxValue;
                new Restore(disk, folder).Run(backup, target, 9, (_, _) => { }, Cancelled);
            }
            Assert.All(source.Files.Where(file => file.Key != DataFolder.DocumentName), file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(target, file.Key))));
            DataFolder.Open(DiskFiles.Instance, target, default, "test").Dispose();
        }
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_left_alone()
    {
        using TemporaryFolder temporary = new();
        using BackupFolder folder = await BackedUpAsync(temporary, ScriptedSource.WithDataFolder());
        string target = Path.Combine(temporary.Path, "data");
        Directory.CreateDirectory(target);
        File.WriteAllText(Path.Combine(target, "letter.txt"), "dear");

        CommandRun run = await CommandRun.Of("restore", folder.Root, "--data", target);

        Assert.Equal(2, run.Code);
        Assert.Contains("letter.txt", Assert.Single(run.ErrorLines));
        Assert.Equal(["letter.txt"], Directory.GetFileSystemEntries(target).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("yesterday", 2, "--at is 'yesterday'")]
    [InlineData("5", 2, "none is of commit 5; there are 7")]
    public async Task A_commit_that_no_backup_has_is_named_with_those_that_there_are(string at, int code, string expected)
    {
        using TemporaryFolder temporary = new();
        using BackupFolder folder = await BackedUpAsync(temporary, ScriptedSource.WithDataFolder());
        CommandRun run = await CommandRun.Of("restore", folder.Root, "--data", Path.Combine(temporary.Path, "data"), "--at", at);
        Assert.Equal(code, run.Code);
        Assert.Contains(expected, Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task Repair_refuses_a_folder_that_is_none_and_one_of_another_instance()
    {
        using TemporaryFolder temporary = new();
        using BackupFolder folder = await BackedUpAsync(temporary, ScriptedSource.WithDataFolder());
        string nothing = Path.Combine(temporary.Path, "nothing");
        Assert.Equal(1, (await CommandRun.Of("restore", folder.Root, "--data", nothing, "--repair")).Code);
        Assert.False(Directory.Exists(nothing));
        string other = Path.Combine(temporary.Path, "other");
        DataFolder.Open(DiskFiles.Instance, other, new Timestamp(638_000_000_000_000_000), "test").Dispose();
        CommandRun run = await CommandRun.Of("restore", folder.Root, "--data", other, "--repair");
        Assert.Equal(2, run.Code);
        Assert.StartsWith("gemel: GMX069", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task Repair_of_a_damaged_document_writes_nothing_where_the_journal_is_anothers_or_the_folder_is_in_use()
    {
        using TemporaryFolder temporary = new();
        using BackupFolder folder = await BackedUpAsync(temporary, ScriptedSource.WithDataFolder());
        string target = Path.Combine(temporary.Path, "data");
        DataFolder own = DataFolder.Open(DiskFiles.Instance, target, new Timestamp(638_000_000_000_000_000), "test");
        CommitLog.Open(DiskFiles.Instance, own.Journal, own.Instance, CommitLogOptions.Default).Dispose();
        string document = Path.Combine(target, DataFolder.DocumentName);
        File.WriteAllText(document, "rotten");

        Assert.Contains("GMJ001", Assert.Single((await CommandRun.Of("restore", folder.Root, "--data", target, "--repair")).ErrorLines));
        own.Dispose();
        Assert.Contains("GMX069", Assert.Single((await CommandRun.Of("restore", folder.Root, "--data", target, "--repair")).ErrorLines));
        Assert.Equal("rotten", File.ReadAllText(document));
    }

    [Fact]
    public async Task A_folder_that_is_being_restored_is_left_to_that_run_and_told_by_verification()
    {
        using TemporaryFolder temporary = new();
        using BackupFolder folder = await BackedUpAsync(temporary, ScriptedSource.WithDataFolder());
        string target = Path.Combine(temporary.Path, "data");
        Directory.CreateDirectory(target);
        string mark = Path.Combine(target, DataFolder.RestoringName);
        File.WriteAllText(mark, "");
        using (DiskFiles.Instance.TryLock(mark))
        {
            Assert.Contains("under way", Assert.Single((await CommandRun.Of("restore", folder.Root, "--data", target)).ErrorLines));
        }
        Assert.StartsWith("gemel: GMJ006", Assert.Single((await CommandRun.Of("verify", target)).ErrorLines));
    }

    private static async Task<BackupFolder> BackedUpAsync(TemporaryFolder temporary, ScriptedSource source)
    {
        string path = Path.Combine(temporary.Path, "backups");
        await BackupRunTests.RunAsync(path, source);
        return BackupFolder.OpenToRead(DiskFiles.Instance, path);
    }
}
