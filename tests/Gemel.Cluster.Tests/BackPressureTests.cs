namespace Gemel.Cluster.Tests;

public sealed class BackPressureTests
{
    [Fact]
    public async Task Ingest_waits_while_more_than_the_bound_waits_for_history()
    {
        BackPressure pressure = new(maxBytes: 100, since: 0);
        pressure.Committed(100);
        Assert.True(pressure.WaitAsync(TestInstance.Cancelled).IsCompletedSuccessfully);

        pressure.Committed(1);
        Task waiting = pressure.WaitAsync(TestInstance.Cancelled).AsTask();
        Assert.False(waiting.IsCompleted);
        pressure.Taken(commit: 1, 50);
        await waiting;
        Assert.Equal(51, pressure.WaitingBytes);
        Assert.True(pressure.WaitAsync(TestInstance.Cancelled).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_sender_that_gives_up_waits_no_longer()
    {
        BackPressure pressure = new(maxBytes: 0, since: 0);
        pressure.Committed(1);
        using CancellationTokenSource gone = new();
        Task waiting = pressure.WaitAsync(gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void What_was_committed_before_the_start_was_never_waited_for()
    {
        BackPressure pressure = new(maxBytes: 100, since: 7);
        pressure.Taken(commit: 7, 1000);
        Assert.Equal(0, pressure.WaitingBytes);
        pressure.Committed(10);
        pressure.Taken(commit: 8, 10);
        Assert.Equal(0, pressure.WaitingBytes);
    }

    [Fact]
    public void A_commit_that_history_is_given_again_after_a_failure_counts_once()
    {
        BackPressure pressure = new(maxBytes: 100, since: 0);
        pressure.Committed(60);
        pressure.Committed(60);
        pressure.Taken(commit: 1, 60);
        pressure.Taken(commit: 1, 60);
        Assert.Equal(60, pressure.WaitingBytes);
    }
}
