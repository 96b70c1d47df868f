using System.IO.Hashing;
using Gemel.Journal;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Cluster.Tests;

/// <summary>Backups of an instance that goes on: what is in them, what they hold on the disk, when they end.</summary>
public sealed class BackupsTests
{
    private static readonly InstanceOptions Restless = new()
    {
        Journal = CommitLogOptions.Default with { SegmentBytes = 1024, TailBytes = 0 },
        CheckpointInterval = TimeSpan.FromMilliseconds(1),
        JournalRetention = TimeSpan.FromTicks(1),
        History = new() { HotRows = 1_000, HotAge = TimeSpan.FromMilliseconds(10), CompactionFanIn = 2 },
    };

    [Fact]
    public async Task A_copy_of_the_files_is_the_instance_at_that_commit_whatever_happened_to_it_since()
    {
        await using TestInstance instance = await TestInstance.StartAsync(Restless);
        await instance.PutPumpAsync("p1", 1);
        await instance.PutPumpAsync("p2", 1);
        await instance.RelateAsync("p1", "r", "p2");
        for (int round = 1; round <= 5; round++)
        {
            await WriteAsync(instance, round * 100, round * 100 + 20);
            OpenBackup backup = await instance.Instance.Backups.BeginAsync(TestInstance.Cancelled);
            string expected = instance.Read("p1")!;
            long commit = instance.Instance.DurableCommit;
            Assert.Equal(commit, backup.Commit);
            // Checkpoints, trims, seals and merges go on, and replace most of what was captured.
            await WriteAsync(instance, 5_000, 5_040);

            string copy = await CopyAsync(instance.Instance.Backups, backup);
            instance.Instance.Backups.End(backup.Id);

            await using (TestInstance restored = await TestInstance.ReopenAsync(copy))
            {
                Assert.Equal(commit, restored.Instance.DurableCommit);
                Assert.Equal(expected, restored.Read("p1"));
                Assert.Equal(1 + (21 * round) + (41 * (round - 1)), await PointsAsync(restored));
            }
        }
    }

    [Fact]
    public async Task A_backup_of_an_empty_instance_is_whole_too()
    {
        string folder = Directory.CreateTempSubdirectory("gemel-instance-").FullName;
        await using TestInstance instance = await TestInstance.ReopenAsync(folder);
        OpenBackup backup = await instance.Instance.Backups.BeginAsync(TestInstance.Cancelled);
        Assert.Equal(0, backup.Commit);

        string copy = await CopyAsync(instance.Instance.Backups, backup);
        await using (TestInstance restored = await TestInstance.ReopenAsync(copy))
        {
            Assert.Equal(0, restored.Instance.DurableCommit);
            Assert.Equal(0, restored.Instance.Twins.Count);
        }
    }

    [Fact]
    public async Task A_backup_of_which_nothing_is_asked_ends_and_one_that_is_read_does_not()
    {
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
        InstanceOptions options = new() { Backups = new BackupOptions { MaxOpen = 2, Idle = TimeSpan.FromMinutes(10) } };
        await using TestInstance instance = await TestInstance.StartAsync(options, clock);
        IBackups backups = instance.Instance.Backups;
        OpenBackup idle = await backups.BeginAsync(TestInstance.Cancelled);
        OpenBackup used = await backups.BeginAsync(TestInstance.Cancelled);
        Assert.Equal(ClusterErrors.TooManyBackups, (await Assert.ThrowsAsync<GemelException>(() => backups.BeginAsync(TestInstance.Cancelled))).Error.Code);

        await using (backups.Open(used.Id, "journal/witness"))
        {
            clock.Advance(TimeSpan.FromMinutes(9));
            backups.Get(idle.Id);
            clock.Advance(TimeSpan.FromMinutes(9));
            Assert.Equal(idle.Commit, backups.Get(idle.Id).Commit);
            clock.Advance(TimeSpan.FromMinutes(15));
            Assert.Equal(ClusterErrors.BackupNotFound, Assert.Throws<GemelException>(() => backups.Get(idle.Id)).Error.Code);
        }
        Assert.Equal(used.Commit, backups.Get(used.Id).Commit);
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(ClusterErrors.BackupNotFound, Assert.Throws<GemelException>(() => backups.Open(used.Id, "journal/witness")).Error.Code);
        backups.End(used.Id);
        Assert.NotNull(await backups.BeginAsync(TestInstance.Cancelled));
    }

    [Fact]
    public async Task No_key_is_in_a_backup()
    {
        await using TestInstance instance = await TestInstance.StartAsync();
        OpenBackup backup = await instance.Instance.Backups.BeginAsync(TestInstance.Cancelled);
        Assert.True(File.Exists(Path.Combine(instance.Folder, "admin.key")));
        Assert.All(backup.Files, file => Assert.Matches("^(gemel\\.json|(journal|checkpoints|history)/.+)$", file.Name));
        string copy = await CopyAsync(instance.Instance.Backups, backup);
        byte[] secret = System.Text.Encoding.UTF8.GetBytes(instance.Key.Value);
        Assert.All(Directory.GetFiles(copy, "*", SearchOption.AllDirectories), file => Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(secret)));
        Directory.Delete(copy, recursive: true);
    }

    private static async Task WriteAsync(TestInstance instance, int from, int to)
    {
        for (int speed = from; speed <= to; speed++)
        {
            await instance.PutPumpAsync("p1", speed);
        }
    }

    private static async Task<string> CopyAsync(IBackups backups, OpenBackup backup)
    {
        string folder = Directory.CreateTempSubdirectory("gemel-copy-").FullName;
        foreach (BackupFile file in backup.Files)
        {
            string path = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using BackupContent content = backups.Open(backup.Id, file.Name);
            byte[] bytes = new byte[file.Bytes];
            await content.Stream.ReadExactlyAsync(bytes, TestInstance.Cancelled);
            Assert.Equal(file.Hash, Convert.ToHexStringLower(XxHash128.Hash(bytes)));
            await File.WriteAllBytesAsync(path, bytes, TestInstance.Cancelled);
        }
        return folder;
    }

    private static async Task<int> PointsAsync(TestInstance instance)
    {
        HistoryQuery all = new(TwinId.Create("p1"), ["speed"], Timestamp.None, Timestamp.None, Limit: 100_000, IncludeAll: true);
        return (await instance.Instance.History.ReadAsync(all, TestInstance.Cancelled)).Value.Series[0].Points.Count;
    }
}
