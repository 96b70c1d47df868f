using System.Globalization;
using Gemel.Journal;
using Microsoft.Extensions.Time.Testing;

namespace Gemel.Cluster.Tests;

/// <summary>What the journal keeps: everything younger than the retention, and whatever checkpoint, history or an open backup still need.</summary>
public sealed class JournalRetentionTests
{
    private static readonly InstanceOptions SmallFiles = new()
    {
        Journal = CommitLogOptions.Default with { SegmentBytes = 1024, TailBytes = 0 },
        JournalRetention = TimeSpan.FromHours(1),
        CheckpointInterval = TimeSpan.FromDays(1_000),
        History = new() { HotAge = TimeSpan.FromMinutes(4) },
    };

    [Fact]
    public async Task Files_go_once_all_in_them_is_older_than_the_retention_and_not_before()
    {
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
        await using TestInstance instance = await TestInstance.StartAsync(SmallFiles, clock);
        await WriteAsync(instance, 40);
        long old = instance.Instance.DurableCommit;
        clock.Advance(TimeSpan.FromMinutes(30));
        await SealedAsync(instance, clock);
        await WriteAsync(instance, 40);
        await SealedAsync(instance, clock);

        clock.Advance(new DateTimeOffset(2026, 11, 23, 1, 0, 0, TimeSpan.Zero) - clock.GetUtcNow());
        await CheckpointAsync(instance);
        Assert.Equal(1, FirstOf(instance));

        clock.Advance(TimeSpan.FromTicks(1));
        await CheckpointAsync(instance);
        Assert.InRange(FirstOf(instance), old - 20, old + 1);

        clock.Advance(TimeSpan.FromMinutes(59));
        await CheckpointAsync(instance);
        Assert.True(FirstOf(instance) > old + 1);
    }

    [Fact]
    public async Task What_history_has_not_in_files_stays_however_old()
    {
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
        InstanceOptions unsealed = SmallFiles with { History = new() { HotAge = TimeSpan.FromDays(40) } };
        await using TestInstance instance = await TestInstance.StartAsync(unsealed, clock);
        await WriteAsync(instance, 40);
        clock.Advance(TimeSpan.FromDays(30));
        await CheckpointAsync(instance);
        Assert.Equal(1, FirstOf(instance));
    }

    [Fact]
    public async Task What_an_open_backup_names_stays_until_it_ends()
    {
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
        InstanceOptions patient = SmallFiles with { Backups = new BackupOptions { Idle = TimeSpan.FromDays(100) } };
        await using TestInstance instance = await TestInstance.StartAsync(patient, clock);
        await WriteAsync(instance, 20);
        OpenBackup backup = await instance.Instance.Backups.BeginAsync(TestInstance.Cancelled);
        await WriteAsync(instance, 40);
        clock.Advance(TimeSpan.FromDays(1));
        await SealedAsync(instance, clock);
        await CheckpointAsync(instance);
        Assert.Equal(1, FirstOf(instance));

        instance.Instance.Backups.End(backup.Id);
        await WriteAsync(instance, 1);
        await CheckpointAsync(instance);
        Assert.True(FirstOf(instance) > 1);
    }

    // The beginning of a backup writes a checkpoint, which trims.
    private static async Task CheckpointAsync(TestInstance instance)
    {
        OpenBackup backup = await instance.Instance.Backups.BeginAsync(TestInstance.Cancelled);
        instance.Instance.Backups.End(backup.Id);
    }

    private static async Task WriteAsync(TestInstance instance, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await instance.PutPumpAsync("p1", i);
        }
    }

    /// <summary>Waits until all that was committed is in files of history.</summary>
    private static async Task SealedAsync(TestInstance instance, FakeTimeProvider clock)
    {
        await TestInstance.EventuallyAsync(() => instance.Instance.Status.Followers.All(f => f.Name != "history" || f.LagCommits == 0));
        clock.Advance(TimeSpan.FromMinutes(5));
        string manifest = Path.Combine(instance.Folder, "history", "manifest.json");
        string expected = $"\"commit\":{instance.Instance.DurableCommit},";
        await TestInstance.EventuallyAsync(() => File.Exists(manifest) && File.ReadAllText(manifest).Contains(expected, StringComparison.Ordinal));
    }

    private static long FirstOf(TestInstance instance) =>
        Directory.GetFiles(Path.Combine(instance.Folder, "journal"), "*.log").Select(file => long.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture)).Min();
}
