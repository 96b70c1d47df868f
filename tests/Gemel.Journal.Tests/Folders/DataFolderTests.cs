using System.Diagnostics;

namespace Gemel.Journal.Tests;

public sealed class DataFolderTests : IDisposable
{
    private static readonly Timestamp Now = TestLog.Time(1);

    private readonly string _root = Directory.CreateTempSubdirectory("gemel-journal-tests-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Epochs_add_up_and_say_which_commits_are_the_same()
    {
        var disk = new SimulatedDisk(0);
        Guid instance;
        using (DataFolder folder = DataFolder.Open(disk, "/data", TestLog.Time(1), "1.0"))
        {
            instance = folder.Instance;
            Assert.Equal(0u, folder.Lineage.Current);
            Assert.True(folder.Lineage.Holds(0, long.MaxValue));
            Assert.False(folder.Lineage.Holds(7, 1));
        }
        DataFolder.BeginEpoch(disk, "/data/gemel.json", "/data", new Epoch(7, 100));
        DataFolder.BeginEpoch(disk, "/data/gemel.json", "/data", new Epoch(9, 80));
        using DataFolder again = DataFolder.Open(disk.LosePower(3), "/data", TestLog.Time(2), "2.0");
        Assert.Equal((instance, TestLog.Time(1), 9u), (again.Instance, again.Created, again.Lineage.Current));
        (uint Epoch, long Commit, bool Holds)[] cases =
            [(0, 80, true), (0, 81, false), (0, 100, false), (7, 80, true), (7, 81, false), (9, 80, true), (9, 1_000, true), (8, 1, false)];
        Assert.All(cases, each => Assert.Equal(each.Holds, again.Lineage.Holds(each.Epoch, each.Commit)));
    }

    [Fact]
    public void A_folder_that_is_being_restored_is_no_data_folder_yet()
    {
        var disk = new SimulatedDisk(0);
        DataFolder.Open(disk, "/data", TestLog.Time(1), "1.0").Dispose();
        disk.Put($"/data/{DataFolder.RestoringName}", []);
        Assert.Equal("GMJ006", Assert.Throws<GemelException>(() => DataFolder.Open(disk, "/data", TestLog.Time(1), "1.0")).Error.Code.Code);
    }

    [Fact]
    public void A_new_folder_is_made_and_keeps_its_instance()
    {
        string root = Path.Combine(_root, "a", "b");
        Guid instance;
        using (DataFolder folder = Open(root))
        {
            instance = folder.Instance;
            Assert.True(Directory.Exists(folder.Journal) && Directory.Exists(folder.Checkpoints) && Directory.Exists(folder.History) && Directory.Exists(folder.Imports));
        }
        using DataFolder again = DataFolder.Open(DiskFiles.Instance, root, TestLog.Time(9), "0.2.0");
        Assert.Equal(instance, again.Instance);
        Assert.Equal(Now, again.Created);
    }

    [Fact]
    public void Nobody_but_its_owner_gets_into_a_new_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows folders inherit the rights of the one above.");
        string root = Path.Combine(_root, "data");
        using DataFolder folder = Open(root);
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.All([root, folder.Journal, folder.Checkpoints, folder.History, folder.Imports], path => Assert.Equal(owner, new DirectoryInfo(path).UnixFileMode));
    }

    [Fact]
    public void A_folder_in_use_is_refused_with_the_holder_and_free_afterwards()
    {
        using (Open(_root))
        {
            GemelError error = Assert.Throws<GemelException>(() => Open(_root)).Error;
            Assert.Equal("GMJ001", error.Code.Code);
            Assert.Contains($"in use by another process (pid {Environment.ProcessId})", error.Message, StringComparison.Ordinal);
        }
        Open(_root).Dispose();
    }

    [Fact]
    public async Task The_lock_holds_against_other_processes()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "util-linux 'flock' is not installed.");
        using (Open(_root))
        {
            Assert.Equal(1, await LockFromAnotherProcess());
        }
        Assert.Equal(0, await LockFromAnotherProcess());
    }

    [Fact]
    public void A_folder_that_is_not_ours_is_refused_and_left_alone()
    {
        File.WriteAllText(Path.Combine(_root, "thesis.txt"), "mine");
        GemelError error = Assert.Throws<GemelException>(() => Open(_root)).Error;
        Assert.Equal("GMJ003", error.Code.Code);
        Assert.Contains("thesis.txt", error.Message, StringComparison.Ordinal);
        Assert.Equal(["thesis.txt"], Directory.EnumerateFileSystemEntries(_root).Select(Path.GetFileName));
    }

    [Fact]
    public void A_newer_format_is_refused_with_the_version_that_wrote_it()
    {
        Open(_root).Dispose();
        new SealedDocument("data folder", Format: 2).Write(DiskFiles.Instance, Path.Combine(_root, "gemel.json"), Guid.NewGuid(), json => json.WriteString("program", "9.9.9"));
        GemelError error = Assert.Throws<GemelException>(() => Open(_root)).Error;
        Assert.Equal("GMJ002", error.Code.Code);
        Assert.Contains("format 2, written by Gemel 9.9.9; this program reads formats up to 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_flipped_bit_of_the_folders_document_is_found()
    {
        const string root = "/data";
        var disk = new SimulatedDisk();
        DataFolder.Open(disk, root, Now, "0.1.0").Dispose();
        string path = Path.Combine(root, "gemel.json");
        for (int bit = 0; bit < disk.Bytes(path).Length * 8; bit++)
        {
            SimulatedDisk damaged = disk.Copy();
            TestLog.Flip(damaged, path, bit);
            Assert.Equal("GMJ004", Assert.Throws<GemelException>(() => DataFolder.Open(damaged, root, Now, "0.1.0")).Error.Code.Code);
        }
    }

    [Fact]
    public void A_crash_while_the_folder_is_made_leaves_one_that_opens()
    {
        var whole = new SimulatedDisk();
        DataFolder.Open(whole, "/data", Now, "0.1.0").Dispose();
        for (int at = 1; at <= whole.Calls; at++)
        {
            var disk = new SimulatedDisk(at) { Faults = call => call >= at ? DiskFault.PowerLoss : DiskFault.None };
            Assert.Throws<PowerLostException>(() => DataFolder.Open(disk, "/data", Now, "0.1.0"));
            for (int seed = 0; seed < 10; seed++)
            {
                DataFolder.Open(disk.LosePower(seed), "/data", Now, "0.1.0").Dispose();
            }
        }
    }

    [Fact]
    public void The_real_disk_keeps_commits_checkpoints_and_positions()
    {
        using (DataFolder folder = Open(_root))
        using (CommitLog log = CommitLog.Open(DiskFiles.Instance, folder.Journal, folder.Instance, TestLog.Small))
        {
            log.AppendTo(50);
            log.TrimTo(20);
            FollowerPositions.Open(DiskFiles.Instance, folder.Journal, log).SetPosition("history", 45);
            CheckpointStore store = CheckpointStore.Open(DiskFiles.Instance, folder.Checkpoints, folder.Instance);
            using CheckpointWriter writer = store.Begin(50, log.Head.Hash, log.Head.Time);
            using (Stream part = writer.CreatePart("twins"))
            {
                part.Write([1, 2, 3]);
            }
            writer.Complete();
        }
        using DataFolder again = Open(_root);
        using CommitLog reopened = CommitLog.Open(DiskFiles.Instance, again.Journal, again.Instance, TestLog.FilesOnly);
        reopened.AssertHolds(reopened.First);
        Assert.Equal(45, FollowerPositions.Open(DiskFiles.Instance, again.Journal, reopened).GetPosition("history"));
        Checkpoint? latest = CheckpointStore.Open(DiskFiles.Instance, again.Checkpoints, again.Instance).Latest;
        using CommitReader reader = reopened.ReadFrom(latest!.Commit + 1, latest.Hash);
        reopened.AppendTo(51);
        Assert.True(reader.TryRead(out CommitRecord record));
        Assert.Equal(51, record.Commit);
    }

    private static DataFolder Open(string root) => DataFolder.Open(DiskFiles.Instance, root, Now, "0.1.0");

    private async Task<int> LockFromAnotherProcess()
    {
        using Process process = Process.Start("/usr/bin/flock", ["-n", Path.Combine(_root, "gemel.lock"), "true"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
