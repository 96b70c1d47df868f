namespace Gemel.History.Tests;

/// <summary>Sealing and merging are cut off at every step; what was sealed before stays, nothing counts twice.</summary>
public sealed class CrashTests
{
    private static readonly HistoryOptions Options = new() { CompactionFanIn = 2, RowGroupRows = 4 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_any_step_of_a_seal_leaves_the_store_before_or_after_it(bool takesEffect)
    {
        int steps = await CountStepsAsync(SealAsync);
        Assert.True(steps >= 8, $"A seal took {steps} steps.");
        for (int step = 0; step < steps; step++)
        {
            await CrashAsync(step, takesEffect, SealAsync);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_any_step_of_a_merge_leaves_the_store_before_or_after_it(bool takesEffect)
    {
        int steps = await CountStepsAsync(CompactAsync);
        Assert.True(steps >= 8, $"A merge took {steps} steps.");
        for (int step = 0; step < steps; step++)
        {
            await CrashAsync(step, takesEffect, CompactAsync);
        }
    }

    [Fact]
    public async Task A_seal_that_failed_is_tried_again_and_loses_nothing()
    {
        var files = new FaultyFiles();
        int steps = await CountStepsAsync(SealAsync);
        for (int step = 0; step < steps; step++)
        {
            await using var test = new TestStore(new HistoryOptions { CompactionFanIn = 64 }, files);
            await FillAsync(test);
            files.FailAt(step, takesEffect: step % 2 == 0);
            await Assert.ThrowsAsync<GemelException>(() => test.Store.SealAsync(TestStore.Cancellation));
            Assert.Equal("GMH005", test.Store.Failure?.Code.Code);
            Assert.Equal(Expected, Shown(test));
            files.Heal();
            await test.Store.SealAsync(TestStore.Cancellation);
            Assert.Null(test.Store.Failure);
            Assert.Equal(2, test.Store.DurableCommit);
            Assert.Equal(Expected, Shown(test));
            await test.Store.CompactAsync(TestStore.Cancellation);
            AssertOnlyKnownFiles(test);
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_made_is_reported_and_the_next_attempt_takes_another_name()
    {
        await using var test = new TestStore();
        string blocked = Path.Combine(test.Folder, "samples", "month=2026-11", "000000000001.parquet.tmp");
        Directory.CreateDirectory(blocked);
        await test.CommitAsync(1, Row.Number(0, 1));
        GemelException error = await Assert.ThrowsAsync<GemelException>(() => test.Store.SealAsync(TestStore.Cancellation));
        Assert.Equal("GMH005", error.Error.Code.Code);
        Assert.True(error.IsRetryable);
        await test.Store.SealAsync(TestStore.Cancellation);
        Assert.Equal(1, test.Store.DurableCommit);
        Assert.Single(test.Read());
    }

    private static readonly string[] Expected = ["10/02 7", "11/01 1", "11/02 2.5", "11/03 3"];

    private static async Task SealAsync(TestStore test, FaultyFiles files, Action arm)
    {
        await FillAsync(test);
        arm();
        await test.Store.SealAsync(TestStore.Cancellation);
    }

    private static async Task CompactAsync(TestStore test, FaultyFiles files, Action arm)
    {
        await FillAsync(test);
        await test.Store.SealAsync(TestStore.Cancellation);
        arm();
        await test.Store.CompactAsync(TestStore.Cancellation);
    }

    private static async Task FillAsync(TestStore test)
    {
        await test.CommitAsync(1, Row.Number(0, 1), Row.Number(86_400, 2), Row.Number(-30 * 86_400, 7));
        await test.Store.SealAsync(TestStore.Cancellation);
        await FillSecondAsync(test);
    }

    // The steps of the background merge that a seal starts are not told apart from those of the seal: merging is off there.
    private static HistoryOptions OptionsFor(Func<TestStore, FaultyFiles, Action, Task> act) =>
        act == SealAsync ? Options with { CompactionFanIn = 64 } : Options with { CompactionFanIn = 2 };

    private static async Task<int> CountStepsAsync(Func<TestStore, FaultyFiles, Action, Task> act)
    {
        var files = new FaultyFiles();
        await using var test = new TestStore(OptionsFor(act), files);
        int before = 0;
        await act(test, files, () => before = files.Steps);
        return files.Steps - before;
    }

    private static async Task CrashAsync(int step, bool takesEffect, Func<TestStore, FaultyFiles, Action, Task> act)
    {
        var files = new FaultyFiles();
        await using var test = new TestStore(OptionsFor(act), files);
        await Assert.ThrowsAsync<GemelException>(() => act(test, files, () => files.FailAt(step, takesEffect)));
        Assert.Equal(Expected, Shown(test));
        await test.ReopenAsync();
        Assert.InRange(test.Store.DurableCommit, 1, 2);
        AssertOnlyKnownFiles(test);
        if (test.Store.DurableCommit == 1)
        {
            Assert.Equal(["10/02 7", "11/01 1", "11/02 2"], Shown(test));
            await FillSecondAsync(test);
        }
        Assert.Equal(Expected, Shown(test));
        Assert.Single(test.Store.ReadLifecycle(new LifecycleRequest()));
        await test.Store.SealAsync(TestStore.Cancellation);
        await test.Store.CompactAsync(TestStore.Cancellation);
        Assert.Equal(Expected, Shown(test));
        AssertOnlyKnownFiles(test);
    }

    private static async Task FillSecondAsync(TestStore test)
    {
        Assert.True(test.Store.BeginCommit(2));
        test.Append([Row.Number(86_400, 2.5), Row.Number(2 * 86_400, 3)]);
        test.Store.Append(new LifecycleRecord { Time = TestStore.Start, Subject = LifecycleSubject.Twin, Action = LifecycleAction.Created, Id = "pump-1" });
        await test.Store.EndCommitAsync(TestStore.Cancellation);
    }

    private static IEnumerable<string> Shown(TestStore test) => test.Read().Select(point => FormattableString.Invariant($"{point.Time.Utc:MM/dd} {point.Value.Number}"));

    private static void AssertOnlyKnownFiles(TestStore test)
    {
        HistoryFigures figures = test.Store.Figures;
        Assert.Equal(figures.SampleFiles, Directory.GetFiles(Path.Combine(test.Folder, "samples"), "*", SearchOption.AllDirectories).Length);
        Assert.Equal(figures.LifecycleFiles, Directory.GetFiles(Path.Combine(test.Folder, "lifecycle")).Length);
    }
}
